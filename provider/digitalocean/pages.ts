import { UnreadableError } from "../teardown/errors.js";
import { fieldOf, MalformedError, optionalObject, optionalText, rootOf } from "./wire-fields.js";
import type { Client, Reader } from "./client.js";

/** The most that the API allows. */
const PER_PAGE = 200;

/** 200,000 entries; a list that goes on is a server that repeats itself. */
const MOST_PAGES = 1_000;

/** Reads every page of a list; null where its owner is not there. `path` may have a query. */
export async function findAll<T>(
    client: Client,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
): Promise<readonly T[] | null> {
    const all: T[] = [];
    const separator = path.includes("?") ? "&" : "?";
    for (let page: number | null = 1; page !== null;) {
        const current: number = page;
        const found = await client.find(
            `${path}${separator}page=${current}&per_page=${PER_PAGE}`,
            (body) => ({ items: read(body), next: nextPage(body, current) }),
            signal,
        );
        if (found === null) {
            return null;
        }
        all.push(...found.items);
        page = found.next;
    }
    return all;
}

/**
 * The same for a list that everybody has: a 404 does not say that it is empty.
 * @throws UnreadableError where it answers so
 */
export async function listAll<T>(
    client: Client,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
): Promise<readonly T[]> {
    const all = await findAll(client, path, read, signal);
    if (all === null) {
        throw new UnreadableError(`GET ${path} answers 404, which does not say that nothing is there`);
    }
    return all;
}

/**
 * The number of the page after `current`, or null. Only the number is taken from the link: its host and path
 * could lead the token anywhere.
 */
export function nextPage(body: unknown, current: number): number | null {
    const links = optionalObject(fieldOf(rootOf(body), "links"));
    const pages = links === null ? null : optionalObject(fieldOf(links, "pages", "links"));
    const next = pages === null ? null : optionalText(fieldOf(pages, "next", "links.pages"));
    if (next === null) {
        return null;
    }
    const page = Number(/[?&]page=(\d{1,9})(?:&|#|$)/.exec(next)?.[1]);
    if (!(page > current && page <= MOST_PAGES)) {
        throw new MalformedError(`links.pages.next: expected a page from ${current + 1} to ${MOST_PAGES}`);
    }
    return page;
}
