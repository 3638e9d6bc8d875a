import type { RateAnswer } from "../../provider/polling/admission.js";
import { createRateLimiter } from "../../provider/polling/rate-limiter.js";
import { VirtualClock } from "../../simulator/index.js";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const GUARD_MS = 500;
/** After this an answered request does not count any more. */
export const ANSWERED_MS = MINUTE_MS + 25;

/** A limiter in virtual time; times are milliseconds since its creation. */
export function limiterAtZero(perMinute = 250) {
    const clock = new VirtualClock();
    const startMs = clock.monotonicMs();
    const limiter = createRateLimiter({ clock, perMinute, guardMs: GUARD_MS });
    return {
        clock,
        limiter,
        nowMs: () => clock.monotonicMs() - startMs,
        observe: (answer: Partial<RateAnswer>) =>
            limiter.observe({ status: 200, remaining: null, resetInMs: null, retryAfterMs: null, ...answer }),
        /** When each of `count` requests that ask at once is admitted. */
        admitMs: (count: number) =>
            clock.run(
                Promise.all(
                    Array.from({ length: count }, async () => {
                        await limiter.admit();
                        return clock.monotonicMs() - startMs;
                    }),
                ),
            ),
    };
}
