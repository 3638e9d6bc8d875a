import type { Urgency } from "./admission-queue.js";

export type { Urgency } from "./admission-queue.js";

/** What one answer of the API says about its rate limits; null where a header is absent or unreadable. */
export interface RateAnswer {
    /** HTTP status. */
    readonly status: number;
    /** `ratelimit-remaining`: requests left in the hour; 0 can mean the hour or the minute. */
    readonly remaining: number | null;
    /** Milliseconds until `ratelimit-reset`, when the oldest request of the hour expires. */
    readonly resetInMs: number | null;
    /** `retry-after` in milliseconds; the API sends it only when the minute is exhausted. */
    readonly retryAfterMs: number | null;
}

/**
 * The requests that one token may make. The HTTP adapter asks for admission before every single request,
 * retries included, and then tells exactly once how it ended.
 */
export interface RateBudget {
    /** Resolves when one request may be sent; rejects with the signal's reason as soon as it aborts. */
    admit(signal?: AbortSignal, urgency?: Urgency): Promise<void>;
    /** Null: it was not sent after all, or no answer came. */
    observe(answer: RateAnswer | null): void;
}

/** Requests that were admitted at once. Must be released. */
export interface Group extends RateBudget {
    /** As many requests as the group has go at once; more of them, and all after a 429, wait like any other. */
    admit(signal?: AbortSignal, urgency?: Urgency): Promise<void>;
    /** Gives back what was not used. */
    release(): void;
}

/** A budget for many, which also says how much of it is left, for those who only send what finds room. */
export interface Scheduler extends RateBudget {
    /** One wait for several requests, so that none of them is waited for after the first. */
    admitGroup(count: number, signal?: AbortSignal, urgency?: Urgency): Promise<Group>;
    /** How many looks at running destroys would be admitted now, after everything that is more urgent. */
    room(): number;
    /** How many more requests fit into the minute now. */
    unused(): number;
    /** How many requests it takes in a minute at present. */
    perMinute(): number;
}
