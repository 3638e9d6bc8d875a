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
const USUAL_DESTROY_MS = 30_000;
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

/** "312/1000 destroyed · 3 failed · 1 not visible · about 2 min left" */
export function fleetLine(count: FleetCount, perMinute: number): string {
    const { destroyed, failed, unseen, total } = count;
    const parts = [
        `${destroyed}/${total} destroyed`,
        failed === 0 ? "" : `${failed} failed`,
        unseen === 0 ? "" : `${unseen} not visible`,
        destroyed + failed + unseen === total ? "" : `about ${timeLeft(leftMs(count, perMinute))} left`,
    ];
    return parts.filter((part) => part !== "").join(" · ");
}

/** Time for the remaining requests, or a destroy's own time if that is longer. */
export function leftMs({ total, destroyed, failed, unseen, unasked }: FleetCount, perMinute: number): number {
    const open = total - destroyed - failed - unseen;
    const beforeMs = (unasked * REQUESTS_BEFORE * MINUTE_MS) / perMinute;
    const afterMs = (open * REQUESTS_AFTER * MINUTE_MS) / perMinute;
    return beforeMs + Math.max(afterMs, open === 0 ? 0 : USUAL_DESTROY_MS);
}

/** How long one of this many may wait for the others' requests, by the hourly limit. */
export function maxTurnMs(size: number): number {
    const requests = (size - 1) * (REQUESTS_BEFORE + REQUESTS_AFTER);
    return (WITH_OTHERS * requests * HOUR_MS) / REQUESTS_PER_HOUR;
}

function timeLeft(ms: number): string {
    if (ms < 1.5 * MINUTE_MS) {
        return `${Math.max(Math.ceil(ms / 10_000), 1) * 10} s`;
    }
    const minutes = Math.ceil(ms / MINUTE_MS);
    return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
