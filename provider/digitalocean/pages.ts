import { UnreadableError } from "../teardown/errors.js";
import { fieldOf, MalformedError, optionalObject, optionalText, rootOf } from "./wire-fields.js";
import type { Client, Reader } from "./client.js";

/** The API's maximum. */
const PER_PAGE = 200;

/** 200,000 entries; a longer list means that the server repeats itself. */
const MOST_PAGES = 1_000;

/** Reads every page of a list; null if its owner does not exist. `path` may have a query. */
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
 * The same for a list that every account has: a 404 does not mean that it is empty.
 * @throws UnreadableError on a 404
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
 * The number of the page after `current`, or null. Only the number is taken from the link, because its host and
 * path could send the token anywhere.
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
