import type { FetchHeaders } from "./fetch.js";
import { isJsonObject } from "./json.js";

/** Uuids in practice; anything that could not be one is not worth quoting to support. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** The `request_id` of an error body, else the `x-request-id` header, else null. */
export function requestIdOf(body: unknown, headers: FetchHeaders): string | null {
    const fromBody = isJsonObject(body) ? body.request_id : undefined;
    return validId(fromBody) ?? validId(headers.get("x-request-id"));
}

function validId(value: unknown): string | null {
    return typeof value === "string" && REQUEST_ID.test(value) ? value : null;
}
