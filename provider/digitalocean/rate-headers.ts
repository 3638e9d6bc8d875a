import type { FetchHeaders } from "./fetch.js";

/** DigitalOcean's longest window is one hour; no server keeps us waiting longer. */
export const LONGEST_WAIT_MS = 3_600_000;

/** What an answer's headers say about the rate limit. */
export interface RateHeaders {
    /** Requests left in the window, or null where the answer does not say. */
    readonly remaining: number | null;
    /** When the oldest request of the window expires, in milliseconds since the epoch. */
    readonly resetAtMs: number | null;
    /** How long to wait, where the server asks for it. */
    readonly retryAfterMs: number | null;
}

/** Reads `ratelimit-remaining`, `ratelimit-reset` (epoch seconds) and `retry-after`; bounds every time. */
export function readRateHeaders(headers: FetchHeaders, nowMs: number): RateHeaders {
    const resetSeconds = wholeNumber(headers.get("ratelimit-reset"));
    return {
        remaining: wholeNumber(headers.get("ratelimit-remaining")),
        resetAtMs:
            resetSeconds === null || resetSeconds === 0
                ? null
                : Math.min(resetSeconds * 1_000, nowMs + LONGEST_WAIT_MS),
        retryAfterMs: parseRetryAfter(headers.get("retry-after"), nowMs),
    };
}

/** `retry-after` in either form of RFC 9110, seconds or a date, as milliseconds from now. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
    const seconds = wholeNumber(value);
    const waitMs = seconds === null ? untilDate(value, nowMs) : seconds * 1_000;
    return waitMs === null ? null : Math.min(waitMs, LONGEST_WAIT_MS);
}

function untilDate(value: string | null, nowMs: number): number | null {
    const atMs = /[a-z]/i.test(value ?? "") ? Date.parse(value ?? "") : NaN;
    return Number.isNaN(atMs) ? null : Math.max(atMs - nowMs, 0);
}

function wholeNumber(value: string | null): number | null {
    const text = value?.trim() ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
