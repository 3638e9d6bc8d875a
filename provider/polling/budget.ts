import { AdmissionQueue } from "./admission-queue.js";
import type { Clock } from "./clock.js";
import { createServerLimits } from "./server-limits.js";
import { createSlidingWindow } from "./sliding-window.js";

/** What one answer of the API says about its rate limits; null where a header is absent or unreadable. */
export interface RateAnswer {
    /** HTTP status. */
    readonly status: number;
    /** `ratelimit-remaining`: requests left in the hour; 0 can mean the hour or the minute. */
    readonly remaining: number | null;
    /** `ratelimit-reset` in epoch milliseconds: when the oldest request of the hour expires. */
    readonly resetAtMs: number | null;
    /** `retry-after` in milliseconds; the API sends it only when the minute is exhausted. */
    readonly retryAfterMs: number | null;
}

/**
 * The requests that one token may make. The HTTP adapter asks for admission before every single request,
 * retries included, and hands over what every answer says. This is the whole seam: a scheduler that serves
 * callers by priority takes this place without the adapter noticing.
 */
export interface RateBudget {
    /** Resolves when one request may be sent; rejects with the signal's reason as soon as it aborts. */
    admit(signal?: AbortSignal): Promise<void>;
    observe(answer: RateAnswer): void;
}

interface RateBudgetOptions {
    readonly clock: Clock;
    /** Requests in any 60 s. */
    readonly perMinute?: number;
    /** Added to the 60 s, because requests do not all take the same time to arrive. */
    readonly guardMs?: number;
    /** Requests of the hour that are left to others who have the same token. */
    readonly hourlyReserve?: number;
}

/** A budget that admits first come, first served. */
export function createRateBudget(options: RateBudgetOptions): RateBudget {
    const { clock, perMinute = 250, guardMs = 500, hourlyReserve = 25 } = options;
    const window = createSlidingWindow({ limit: perMinute, guardMs });
    const limits = createServerLimits({ perMinute, guardMs, hourlyReserve });
    const queue = new AdmissionQueue(clock, [window, limits]);
    return {
        admit: (signal) => queue.enter(signal),
        observe: (answer) => {
            limits.observe(answer, clock.now());
            queue.serve();
        },
    };
}
