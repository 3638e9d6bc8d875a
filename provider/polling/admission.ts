import type { Urgency } from "./admission-queue.js";

export type { Urgency } from "./admission-queue.js";

/** Rate limit headers of one API answer; null if a header is absent or unreadable. */
export interface RateAnswer {
    /** HTTP status. */
    readonly status: number;
    /** `ratelimit-remaining`: requests left in the hour; 0 can mean the hour or the minute. */
    readonly remaining: number | null;
    /** Milliseconds until `ratelimit-reset`, when the oldest request of the hour expires. */
    readonly resetInMs: number | null;
    /** `retry-after` in milliseconds; the API sends it only if the minute is exhausted. */
    readonly retryAfterMs: number | null;
}

/**
 * The request budget of one token. The HTTP adapter asks for admission before every request, retries included,
 * and reports exactly once how it ended.
 */
export interface RateBudget {
    /** Resolves when one request may be sent; rejects with the signal's reason as soon as it aborts. */
    admit(signal?: AbortSignal, urgency?: Urgency): Promise<void>;
    /** Null: the request was not sent, or got no answer. */
    observe(answer: RateAnswer | null): void;
}

/** Requests that were admitted together. Must be released. */
export interface Group extends RateBudget {
    /** Admits the group's requests at once; additional ones, and all after a 429, wait like any other. */
    admit(signal?: AbortSignal, urgency?: Urgency): Promise<void>;
    /** Returns what was not used. */
    release(): void;
}

/** A shared budget that also reports what is left, for callers that only send what fits. */
export interface Scheduler extends RateBudget {
    /** Waits once for several requests, so that none waits after the first. */
    admitGroup(count: number, signal?: AbortSignal, urgency?: Urgency): Promise<Group>;
    /** How many polls of running destroys would be admitted now, after everything with higher priority. */
    room(): number;
    /** How many more requests fit into the current minute. */
    unused(): number;
    /** How many requests a minute it currently uses. */
    perMinute(): number;
}
