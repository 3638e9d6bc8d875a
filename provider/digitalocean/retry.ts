import type { FetchHeaders } from "./connection.js";

/** DigitalOcean's longest window is one hour; no server can make us wait longer. */
export const MAX_WAIT_MS = 3_600_000;

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
    return Math.min(Math.max(waitMs, 0), MAX_WAIT_MS);
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

/** Attempts of one request, including the first. */
export const MAX_TRIES = 5;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 10_000;

/** Jitter, to spread clients that were told to return at the same moment. */
const JITTER_MS = 1_000;

/** When a request may be sent again. */
export type Repeat =
    /** After anything: it changes nothing. */
    | "any-failure"
    /** Only if it certainly had no effect; otherwise the effect could happen twice. */
    | "no-effect"
    /** Never: the data it depends on would be stale. */
    | "nothing";

/** How an attempt failed. */
export type Failure =
    /** No complete answer: refused, reset, timed out. */
    | { readonly kind: "connection" }
    /** 429: refused before anything happened. */
    | { readonly kind: "limited" }
    /** 408 or 5xx: the request's outcome is unknown. */
    | { readonly kind: "fault"; readonly retryAfterMs: number | null };

export interface FailedTry {
    readonly repeat: Repeat;
    /** 1 for the first attempt; rate-limited attempts do not count. */
    readonly attempt: number;
    readonly failure: Failure;
    /** Uniform in [0, 1). */
    readonly random: number;
}

export type RetryDecision =
    | { readonly kind: "retry"; readonly delayMs: number }
    /** Ask for admission again: the rate budget knows of the refusal, and it alone waits. */
    | { readonly kind: "readmit" }
    | { readonly kind: "stop" };

/** Whether and when to try again. Pure: randomness is an argument. */
export function decideRetry({ repeat, attempt, failure, random }: FailedTry): RetryDecision {
    if (failure.kind === "limited") {
        return { kind: repeat === "nothing" ? "stop" : "readmit" };
    }
    if (repeat !== "any-failure" || attempt >= MAX_TRIES) {
        return { kind: "stop" };
    }
    const askedMs = failure.kind === "fault" ? failure.retryAfterMs : null;
    return {
        kind: "retry",
        delayMs: askedMs === null ? backoffMs(attempt, random) : askedMs + random * JITTER_MS,
    };
}

/** The retryable failure of an answer, or null. */
export function failureOfStatus(status: number, retryAfterMs: number | null): Failure | null {
    if (status === 429) {
        return { kind: "limited" };
    }
    return isServerFault(status) ? { kind: "fault", retryAfterMs } : null;
}

/** Exponential backoff with jitter, between half and all of it. */
function backoffMs(attempt: number, random: number): number {
    const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
    return (fullMs * (1 + random)) / 2;
}

/** Not 501: what is not implemented will not be a second later. */
function isServerFault(status: number): boolean {
    return status === 408 || (status >= 500 && status !== 501);
}
