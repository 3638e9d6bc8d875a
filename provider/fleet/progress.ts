import { isSuccess, type Report } from "../teardown/report.js";

/** Progress of a fleet's teardown. */
export interface FleetCount {
    readonly total: number;
    /** Gone, with everything that should go. */
    readonly destroyed: number;
    /** Refused, failed, partially done, or interrupted. */
    readonly failed: number;
    /** Not visible to this token, and not verified to have existed: nothing is known of them. */
    readonly unseen: number;
    /** Destroys that are not requested yet. */
    readonly unasked: number;
}

/** Requests until a Droplet's destroy starts: its list, the status before, the submit. */
const REQUESTS_BEFORE = 3;
/** Plus the status that shows the end. */
const REQUESTS_AFTER = 1;
const REQUESTS_PER_HOUR = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Other users of the token may use as much of it. */
const WITH_OTHERS = 2;

export function counted(count: FleetCount, report: Report): FleetCount {
    if (report.outcome === "not-found" && !report.dropletGone) {
        return { ...count, unseen: count.unseen + 1 };
    }
    return isSuccess(report)
        ? { ...count, destroyed: count.destroyed + 1 }
        : { ...count, failed: count.failed + 1 };
}

/** Time for the requests that are still to be sent: before the last destroy starts, and for the polls after it. */
export function requestsMs(
    { total, destroyed, failed, unseen, unasked }: FleetCount,
    perMinute: number,
): { readonly beforeMs: number; readonly afterMs: number } {
    const open = total - destroyed - failed - unseen;
    return {
        beforeMs: (unasked * REQUESTS_BEFORE * MINUTE_MS) / perMinute,
        afterMs: (open * REQUESTS_AFTER * MINUTE_MS) / perMinute,
    };
}

/** How long one of this many may wait for the others' requests, by the hourly limit. */
export function maxTurnMs(size: number): number {
    const requests = (size - 1) * (REQUESTS_BEFORE + REQUESTS_AFTER);
    return (WITH_OTHERS * requests * HOUR_MS) / REQUESTS_PER_HOUR;
}
