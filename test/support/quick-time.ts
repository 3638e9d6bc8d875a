import { type Clock, machineClock } from "../../simulator/clock.js";
import { QUICK_START } from "./quick-start.js";

/** So many times faster than the machine's does time pass in the worlds of engine tests. */
export const QUICK_TIMES = 5;
/** When such a world's time began, in milliseconds since the Unix epoch. */
const ORIGIN = "TEST_TIME_ORIGIN_MS";

/** Time that passes faster. All processes of a world must share its origin. */
export function quickClock(originMs: number): Clock {
    return {
        now: () => originMs + (Date.now() - originMs) * QUICK_TIMES,
        monotonicMs: () => performance.now() * QUICK_TIMES,
        sleep: (ms, signal) => realSleep(ms / QUICK_TIMES, signal),
    };
}

/** The machine's own, also where `machineClock` has been replaced. */
const realSleep = machineClock.sleep.bind(machineClock);

/** The environment of an engine whose provider, command line and stand-in plugin live in a world's time. */
export function inTimeFrom(originMs: number): NodeJS.ProcessEnv {
    return {
        [ORIGIN]: String(originMs),
        NODE_OPTIONS: `${QUICK_START} --require=${require.resolve("./quick-time-preload.js")}`,
    };
}

/** The origin that processes with this environment are given; undefined for any other. */
export function originMsIn(env: NodeJS.ProcessEnv): number | undefined {
    const text = env[ORIGIN];
    return text === undefined ? undefined : Number(text);
}
