import type { Clock } from "../../provider/polling/clock.js";

/** What two looks at a machine's monotonic time are apart at least. */
const LOOK_MS = 2 ** -8;

/** The clock as a process on a machine sees it: its monotonic time is no whole number of milliseconds. */
export function machineLike(clock: Clock): Clock {
    let looks = 0;
    return {
        now: () => clock.now(),
        monotonicMs: () => clock.monotonicMs() + (looks += 1) * LOOK_MS,
        sleep: (ms, signal) => clock.sleep(ms, signal),
    };
}
