import { RefusedError, UnsettledListError } from "../teardown/errors.js";
import { fieldIn, fieldsIfAny, MalformedError, optionalText, readTotal } from "./wire.js";
import { MAX_PER_PAGE } from "../teardown/ports.js";
import type { HttpClient, Reader } from "./http-client.js";

/** 200,000 entries; a longer list means that the server repeats itself. */
const MAX_PAGES = 1_000;

/** A list that changes during this many reads will not settle. */
const MAX_READS = 5;

/** An entry of a list, distinguished from the others by its id or its name. */
type Entry = string | { readonly id: string | number };

interface Page<T> {
    readonly items: readonly T[];
    /** Length of the whole list; null: the answer does not say. */
    readonly total: number | null;
    readonly next: number | null;
}

/** A list has more entries than its reader wants. */
type TooMany = "too many";

/**
 * Reads a list; null if its owner does not exist. What others create or delete between two pages shifts entries from
 * one to the other, and a shifted entry may be on neither. So a list of several pages is whole only once two reads
 * in a row show the same entries. `path` may have a query.
 * @throws UnsettledListError if the list does not settle, or always has fewer entries than it counts
 */
export async function findAll<T extends Entry>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
): Promise<readonly T[] | null> {
    const found = await readWhole(client, path, read, Infinity, signal);
    return found === "too many" ? null : found;
}

/**
 * The same for a list that every account has: a 404 does not mean that it is empty.
 * @throws UnreadableError on a 404
 */
export async function listAll<T extends Entry>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    signal: AbortSignal,
): Promise<readonly T[]> {
    return requireFound(path, await findAll(client, path, read, signal));
}

/** The same, unless the list has more than `most` entries, which the first page tells; then null. */
export async function listIfShort<T extends Entry>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    most: number,
    signal: AbortSignal,
): Promise<readonly T[] | null> {
    const found = requireFound(path, await readWhole(client, path, read, most, signal));
    return found === "too many" ? null : found;
}

function requireFound<T>(path: string, found: T | null): T {
    if (found === null) {
        throw new RefusedError(`GET ${path} unexpected 404 for a list; treated as unreadable`, "unreadable");
    }
    return found;
}

async function readWhole<T extends Entry>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    most: number,
    signal: AbortSignal,
): Promise<readonly T[] | null | TooMany> {
    let before: ReadonlyMap<string, T> | null = null;
    for (let reads = 0; reads < MAX_READS; reads += 1) {
        const pages = await findPages(client, path, read, most, signal);
        if (pages === null || pages === "too many") {
            return pages;
        }
        const entries = new Map(pages.flatMap(({ items }) => items).map((item) => [entryKey(item), item]));
        const hasAll = pages.every(({ total }) => total === null || total <= entries.size);
        if (hasAll && (pages.length === 1 || (before !== null && haveSameKeys(before, entries)))) {
            return [...entries.values()];
        }
        before = hasAll ? entries : null;
    }
    throw new UnsettledListError(`GET ${path}: the list changed during each of ${MAX_READS} reads`);
}

function entryKey(entry: Entry): string {
    return typeof entry === "string" ? entry : String(entry.id);
}

function haveSameKeys(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean {
    return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}

async function findPages<T>(
    client: HttpClient,
    path: string,
    read: Reader<readonly T[]>,
    most: number,
    signal: AbortSignal,
): Promise<readonly Page<T>[] | null | TooMany> {
    const pages: Page<T>[] = [];
    for (let page: number | null = 1; page !== null;) {
        const current: number = page;
        const found = await client.find(
            pagePath(path, current),
            (body): Page<T> => ({ items: read(body), total: readTotal(body), next: nextPage(body, current) }),
            signal,
        );
        if (found === null) {
            return null;
        }
        if ((found.total ?? 0) > most) {
            return "too many";
        }
        pages.push(found);
        page = found.next;
    }
    return pages;
}

/** One page of a list, which may have a query. */
export function pagePath(path: string, page: number): string {
    return `${path}${path.includes("?") ? "&" : "?"}page=${page}&per_page=${MAX_PER_PAGE}`;
}

/**
 * The number of the page after `current`, or null. Only the number is taken from the link, because its host and
 * path could send the token anywhere.
 */
export function nextPage(body: unknown, current: number): number | null {
    const pages = fieldsIfAny(fieldsIfAny(fieldIn(body, "links"))("pages"));
    const next = optionalText(pages("next"));
    if (next === null) {
        return null;
    }
    const page = Number(/[?&]page=(\d{1,9})(?:&|#|$)/.exec(next)?.[1]);
    if (!(page > current && page <= MAX_PAGES)) {
        throw new MalformedError(`links.pages.next: expected a page from ${current + 1} to ${MAX_PAGES}`);
    }
    return page;
}
