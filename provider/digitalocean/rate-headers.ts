import type { FetchHeaders } from "./fetch.js";

/** DigitalOcean's longest window is one hour; no server can make us wait longer. */
export const LONGEST_WAIT_MS = 3_600_000;

/** An answer's rate limit headers. */
export interface RateHeaders {
    /** Requests left in the window; null if the answer does not say. */
    readonly remaining: number | null;
    /** Milliseconds until the oldest request of the window expires. */
    readonly resetInMs: number | null;
    /** How long to wait, if the server says so. */
    readonly retryAfterMs: number | null;
}

/**
 * Reads `ratelimit-remaining`, `ratelimit-reset` (epoch seconds) and `retry-after`. The server's dates become
 * waits relative to its own `date`, because the clocks may differ; every wait is bounded.
 * @param wallMs our date, for answers without one
 */
export function readRateHeaders(headers: FetchHeaders, wallMs: number): RateHeaders {
    const serverMs = parseDate(headers.get("date")) ?? wallMs;
    const resetSeconds = wholeNumber(headers.get("ratelimit-reset"));
    return {
        remaining: wholeNumber(headers.get("ratelimit-remaining")),
        resetInMs:
            resetSeconds === null || resetSeconds === 0 ? null : bounded(resetSeconds * 1_000 - serverMs),
        retryAfterMs: parseRetryAfter(headers.get("retry-after"), serverMs),
    };
}

/** `retry-after` in either form of RFC 9110, seconds or a date, as milliseconds from now. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
    const seconds = wholeNumber(value);
    const atMs = seconds === null ? parseDate(value) : nowMs + seconds * 1_000;
    return atMs === null ? null : bounded(atMs - nowMs);
}

function bounded(waitMs: number): number {
    return Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS);
}

/** An RFC 9110 date, or another format with a month or a zone in letters; null for anything else. */
function parseDate(value: string | null): number | null {
    const atMs = /[a-z]/i.test(value ?? "") ? Date.parse(value ?? "") : NaN;
    return Number.isNaN(atMs) ? null : atMs;
}

function wholeNumber(value: string | null): number | null {
    const text = value?.trim() ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
