import type { Report } from "./teardown/report.js";
import { RESOURCE_KINDS, type AssociatedResource, type Droplet } from "./teardown/resource.js";

/**
 * The report of a Droplet to which nothing was done.
 * @param droplet null: it could not be seen
 * @param recorded what state knows of it
 */
export function refusedReport(
    dropletId: number,
    droplet: Droplet | null,
    recorded: readonly AssociatedResource[],
    error: string,
    nowMs: number,
): Report {
    return {
        dropletId,
        dropletName: droplet?.name ?? null,
        dropletGone: false,
        dropletReason: null,
        dropletMonthlyPrice: droplet?.monthlyPrice ?? null,
        destroyedAt: null,
        outcome: "refused",
        error,
        resources: recorded.map((resource) => ({
            ...resource,
            outcome: "unknown",
            reason: "as last recorded",
        })),
        unread: RESOURCE_KINDS,
        unmatchedKeep: [],
        rounds: 0,
        requests: 0,
        requestIds: [],
        startedAtMs: nowMs,
        finishedAtMs: nowMs,
    };
}
