import { addMoney } from "./money.js";
import type { AssociatedResource, ResourceKind } from "./resource.js";

/**
 * What became of one associated resource. "kept" and the reason also say that it is in use elsewhere, or was
 * detached and left; "failed": it was to go and remains; "pending": its destroy goes on, or is still to come;
 * "unknown": whether it is there cannot be told.
 */
export type ResourceOutcome = "destroyed" | "kept" | "failed" | "pending" | "unknown";

export interface ReportedResource extends AssociatedResource {
    readonly outcome: ResourceOutcome;
    /** Why it was kept, why it failed; null where there is nothing to say. */
    readonly reason: string | null;
}

/**
 * What became of a teardown: "not-found": there was nothing to do; "partial": something that was to go is
 * still there, or cannot be told; "in-progress": it goes on at DigitalOcean, or ran out of time; "refused":
 * nothing was changed; "failed": the teardown itself could not go on.
 */
export type Outcome = "destroyed" | "not-found" | "partial" | "in-progress" | "refused" | "failed";

/** One value for all surfaces: stack error, log line, command line, JSON. */
export interface Report {
    readonly dropletId: number;
    /** Null where neither the Droplet nor its status could be read. */
    readonly dropletName: string | null;
    /** False also when it is not known to be gone. */
    readonly dropletGone: boolean;
    /** Why DigitalOcean could not destroy the Droplet itself, in its words; null where it says nothing. */
    readonly dropletReason: string | null;
    /** US dollars a month of the Droplet itself, or null where it is not known. */
    readonly dropletMonthlyPrice: string | null;
    readonly destroyedAt: string | null;
    readonly outcome: Outcome;
    /** Why the outcome is not a success, in one or two sentences; null for a success. */
    readonly error: string | null;
    readonly resources: readonly ReportedResource[];
    /** Kinds that could not be read: what remains of them is not in any sum. */
    readonly unread: readonly ResourceKind[];
    /** Keep entries that matched nothing. */
    readonly unmatchedKeep: readonly string[];
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    readonly requests: number;
    readonly requestIds: readonly string[];
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
}

export function isSuccess(report: { readonly outcome: string }): boolean {
    return report.outcome === "destroyed" || report.outcome === "not-found";
}

/** Resources with one of the outcomes. */
export function withOutcome(
    report: Pick<Report, "resources">,
    ...outcomes: readonly ResourceOutcome[]
): ReportedResource[] {
    return report.resources.filter((resource) => outcomes.includes(resource.outcome));
}

type Priced = Pick<Report, "resources" | "dropletGone" | "dropletMonthlyPrice"> & {
    readonly outcome: string;
};

/** Dollars a month of the Droplet and its resources, each null where it is not known. */
export function amountsOf(report: Priced): {
    readonly destroyed: readonly (string | null)[];
    readonly remaining: readonly (string | null)[];
} {
    const destroyed = withOutcome(report, "destroyed").map((resource) => resource.monthlyCost);
    const remaining = withOutcome(report, "kept", "failed", "pending", "unknown").map((r) => r.monthlyCost);
    const price = report.dropletMonthlyPrice;
    if (!report.dropletGone) {
        return { destroyed, remaining: [...remaining, price] };
    }
    return { destroyed: report.outcome === "not-found" ? destroyed : [...destroyed, price], remaining };
}

/** What some teardowns saved, and what goes on: in `remaining` a Droplet counts until it is proven gone. */
export function costOf(reports: readonly Priced[]): {
    readonly destroyed: string;
    readonly remaining: string;
} {
    const amounts = reports.map(amountsOf);
    return {
        destroyed: addMoney(amounts.flatMap(({ destroyed }) => destroyed)),
        remaining: addMoney(amounts.flatMap(({ remaining }) => remaining)),
    };
}
