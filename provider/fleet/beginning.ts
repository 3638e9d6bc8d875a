import type { Beginning, Pool, Target } from "./pool.js";

/** Teardowns that begin together. More of them share a list; fewer leave less of the minute idle meanwhile. */
const MOST_AT_ONCE = 24;
/** Requests of each: the status before, the list, the destroy. The look at the Droplet is their common list. */
const REQUESTS_OF_EACH = 3;
/** What fits into the rest of a minute, if it is no less. */
const WORTH_BEGINNING = 12;

/** How many teardowns to begin at once: what fits now, and no more than a good part of the minute has requests for. */
export function howManyAtOnce({ scheduler }: Pool): number {
    const most = Math.floor(scheduler.perMinute() / 2 / REQUESTS_OF_EACH);
    const fitting = Math.floor((scheduler.unused() - 1) / REQUESTS_OF_EACH);
    return Math.min(Math.max(fitting, WORTH_BEGINNING), Math.max(most, 1), MOST_AT_ONCE);
}

/** Begins some teardowns, whose requests are admitted when `onAdmitted` is called; null where that is not to be had: whatever stands in the way, each meets and reports. */
export async function beginTogether(
    targets: readonly Target[],
    pool: Pool,
    signal: AbortSignal,
    onAdmitted: () => void,
): Promise<Beginning | null> {
    return pool.begin(targets, REQUESTS_OF_EACH, signal, onAdmitted).catch(() => null);
}
