import type { Beginning, Pool } from "./pool.js";
import type { Target } from "./targets.js";

/** Teardowns that begin together. More of them share a list; fewer leave less of the minute idle meanwhile. */
const MOST_AT_ONCE = 24;
/** Requests of each: the status before, the list, the destroy. The look at the Droplet is their common list. */
const REQUESTS_OF_EACH = 3;
/** What does not fit into the minute any more waits as a whole, so that so many shall fill it. */
const GROUPS_A_MINUTE = 3;

/** How many teardowns to begin at once. */
export function howManyAtOnce(pool: Pool): number {
    const requests = pool.scheduler.perMinute() / GROUPS_A_MINUTE - 1;
    return Math.min(Math.max(Math.floor(requests / REQUESTS_OF_EACH), 1), MOST_AT_ONCE);
}

/** Begins some teardowns; null where that is not to be had: whatever stands in the way, each meets and reports. */
export async function beginTogether(
    targets: readonly Target[],
    pool: Pool,
    signal: AbortSignal,
): Promise<Beginning | null> {
    return pool.begin(targets, REQUESTS_OF_EACH, signal).catch(() => null);
}
