import type { Clock } from "../../provider/polling/clock.js";

const FRACTIONS = 256;

/**
 * The clock as a process on a machine sees it: its monotonic time is no whole number of milliseconds. It never runs a
 * millisecond ahead, however often somebody looks.
 */
export function machineLike(clock: Clock): Clock {
    let looks = 0;
    let latestMs = -Infinity;
    return {
        now: () => clock.now(),
        monotonicMs: () => {
            looks = (looks + 1) % FRACTIONS;
            latestMs = Math.max(latestMs, clock.monotonicMs() + looks / FRACTIONS);
            return latestMs;
        },
        sleep: (ms, signal) => clock.sleep(ms, signal),
    };
}
