import type { Call, Reply } from "./message.js";
import { ok } from "./message.js";

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 200;

/** One page of `rows` under `key`, with `links` and `meta`. Only the rows of the page are rendered. */
export function page<Row>(
    call: Call,
    key: string,
    rows: readonly Row[],
    view: (row: Row) => object,
    extra: object = {},
): Reply {
    const perPage = Math.min(whole(call.url, "per_page", DEFAULT_PER_PAGE), MAX_PER_PAGE);
    const current = whole(call.url, "page", 1);
    const last = Math.max(1, Math.ceil(rows.length / perPage));
    const from = (current - 1) * perPage;
    return ok({
        ...extra,
        [key]: rows.slice(from, from + perPage).map(view),
        links: last === 1 ? {} : { pages: pageLinks(call.url, current, last) },
        meta: { total: rows.length },
    });
}

function pageLinks(url: URL, current: number, last: number): Record<string, string> {
    const links: Record<string, string> = {};
    if (current > 1) {
        links.first = pageUrl(url, 1);
        links.prev = pageUrl(url, Math.min(current - 1, last));
    }
    if (current < last) {
        links.next = pageUrl(url, current + 1);
        links.last = pageUrl(url, last);
    }
    return links;
}

function pageUrl(url: URL, number: number): string {
    const copy = new URL(url);
    copy.searchParams.set("page", String(number));
    return copy.href;
}

/** A query parameter that is a whole number from 1 on; anything else counts as not given. */
function whole(url: URL, name: string, otherwise: number): number {
    const value = Number(url.searchParams.get(name) ?? otherwise);
    return Number.isInteger(value) && value >= 1 ? value : otherwise;
}
