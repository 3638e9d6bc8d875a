import { UnreachableError, UnreadableError } from "../teardown/errors.js";
import { countOf, fieldOf, isUnset, MalformedError, optionalObject, optionalText, rootOf } from "./fields.js";
import type { HttpClient, Reader } from "./http-client.js";

/** The API's maximum. */
const PER_PAGE = 200;

/** 200,000 entries; a longer list means that the server repeats itself. */
const MAX_PAGES = 1_000;

/** A list that changes during this many reads will not settle. */
const MAX_READS = 5;

interface Page<T> {
    readonly items: readonly T[];
    /** Length of the whole list; null: the answer does not say. */
    readonly total: number | null;
    readonly next: number | null;
}

type PageCheck = (pages: readonly Page<unknown>[]) => boolean;

/**
 * Reads every page of a list; null if its owner does not exist. What others create or delete between two pages shifts
 * entries from one to the other, so such a list is read again. `path` may have a query.
 * @param isUsable whether pages that were read one after the other are of one list
 * @throws UnreachableError if the list does not settle
 */
export async function findAll<T>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
    isUsable: PageCheck = isSteady,
): Promise<readonly T[] | null> {
    for (let reads = 0; reads < MAX_READS; reads += 1) {
        const pages = await findPages(client, path, read, signal);
        if (pages === null) {
            return null;
        }
        if (isUsable(pages)) {
            return pages.flatMap(({ items }) => items);
        }
    }
    throw new UnreachableError(`GET ${path}: the list changed during each of ${MAX_READS} reads`);
}

/** Whether all pages are of a list of one length. */
function isSteady(pages: readonly Page<unknown>[]): boolean {
    const [first, ...others] = pages.flatMap(({ total }) => total ?? []);
    return others.every((total) => total === first);
}

/** Whether there is every entry that the answers count, for a list that must not lack one. */
export function isWhole(pages: readonly Page<unknown>[]): boolean {
    const count = pages.reduce((sum, { items }) => sum + items.length, 0);
    return pages.every(({ total }) => total === count);
}

async function findPages<T>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
): Promise<readonly Page<T>[] | null> {
    const pages: Page<T>[] = [];
    const separator = path.includes("?") ? "&" : "?";
    for (let page: number | null = 1; page !== null;) {
        const current: number = page;
        const found = await client.find(
            `${path}${separator}page=${current}&per_page=${PER_PAGE}`,
            (body): Page<T> => ({ items: read(body), total: totalOf(body), next: nextPage(body, current) }),
            signal,
        );
        if (found === null) {
            return null;
        }
        pages.push(found);
        page = found.next;
    }
    return pages;
}

function totalOf(body: unknown): number | null {
    const meta = optionalObject(fieldOf(rootOf(body), "meta"));
    const total = meta === null ? null : fieldOf(meta, "total", "meta");
    return total === null || isUnset(total.value) ? null : countOf(total);
}

/**
 * The same for a list that every account has: a 404 does not mean that it is empty.
 * @throws UnreadableError on a 404
 */
export async function listAll<T>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
    isUsable?: PageCheck,
): Promise<readonly T[]> {
    const all = await findAll(client, path, read, signal, isUsable);
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
    if (!(page > current && page <= MAX_PAGES)) {
        throw new MalformedError(`links.pages.next: expected a page from ${current + 1} to ${MAX_PAGES}`);
    }
    return page;
}
