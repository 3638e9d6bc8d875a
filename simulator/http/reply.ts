/** An answer that is an error, in DigitalOcean's form: `{"id", "message", "request_id"}`. */
export class WireError extends Error {
    constructor(
        readonly status: number,
        readonly id: string,
        message: string,
        readonly headers: Readonly<Record<string, string>> = {},
        /** Sent instead of the usual body. */
        readonly body: object | null = null,
    ) {
        super(message);
        this.name = "WireError";
    }
}

export function badRequest(message: string): WireError {
    return new WireError(400, "bad_request", message);
}

export function unauthorized(): WireError {
    return new WireError(401, "unauthorized", "Unable to authenticate you");
}

export function forbidden(message = "You are not authorized to perform this operation"): WireError {
    return new WireError(403, "forbidden", message);
}

export function notFound(): WireError {
    return new WireError(404, "not_found", "The resource you were accessing could not be found.");
}

export function conflict(message: string): WireError {
    return new WireError(409, "conflict", message);
}

export function preconditionFailed(message: string): WireError {
    return new WireError(412, "precondition_failed", message);
}

export function unprocessable(message: string): WireError {
    return new WireError(422, "unprocessable_entity", message);
}

/** `retryAfterS` only where the minute's limit is what was hit. */
export function tooManyRequests(retryAfterS: number | null): WireError {
    const headers: Record<string, string> =
        retryAfterS === null ? {} : { "retry-after": String(retryAfterS) };
    return new WireError(429, "too_many_requests", "API rate limit exceeded.", headers);
}

/** What an operation returns: a status, and a body that will be sent as JSON. */
export interface Reply {
    readonly status: number;
    readonly body: object | null;
    readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: object): Reply {
    return { status: 200, body };
}

export function created(body: object): Reply {
    return { status: 201, body };
}

export function accepted(body: object | null = null): Reply {
    return { status: 202, body };
}

export function noContent(): Reply {
    return { status: 204, body: null };
}

/** Some empty answers name a content type nevertheless. */
export function noContentOfJson(): Reply {
    return { ...noContent(), headers: { "content-type": JSON_TYPE } };
}

export const JSON_TYPE = "application/json; charset=utf-8";

const DEFAULT_PER_PAGE = 20;

/** What a page depends on. */
interface Listing {
    readonly url: URL;
    readonly world: { readonly settings: { readonly maxPageSize: number } };
}

/** One page of `rows` under `key`, with `links` and `meta`. Only the rows of the page are rendered. */
export function page<Row>(
    call: Listing,
    key: string,
    rows: readonly Row[],
    view: (row: Row) => object,
    extra: object = {},
): Reply {
    const { rows: some, ...rest } = paginate(call, rows);
    return ok({ ...extra, [key]: some.map(view), ...rest });
}

/** The rows of the page that was asked for, and what goes with them. */
export function paginate<Row>(
    call: Listing,
    rows: readonly Row[],
): { readonly rows: readonly Row[]; readonly links: object; readonly meta: object } {
    const perPage = Math.min(whole(call.url, "per_page", DEFAULT_PER_PAGE), call.world.settings.maxPageSize);
    const current = whole(call.url, "page", 1);
    const last = Math.max(1, Math.ceil(rows.length / perPage));
    const from = (current - 1) * perPage;
    return {
        rows: rows.slice(from, from + perPage),
        links: last === 1 ? {} : { pages: pageLinks(call.url, current, last) },
        meta: { total: rows.length },
    };
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
