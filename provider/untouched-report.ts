import type { Report } from "./teardown/report.js";
import { RESOURCE_KINDS, type AssociatedResource, type Droplet } from "./teardown/resource.js";

/** A Droplet that was not changed. */
export interface Untouched {
    readonly dropletId: number;
    /** Null: it could not be read. */
    readonly droplet: Droplet | null;
    /** Its recorded state. */
    readonly recorded: readonly AssociatedResource[];
    readonly outcome: "refused" | "failed";
}

/** The report of a destroy that changed nothing. */
export function untouchedReport(
    { dropletId, droplet, recorded, outcome }: Untouched,
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
        outcome,
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
