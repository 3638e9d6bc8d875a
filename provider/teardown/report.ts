import { keptBy } from "./keep.js";
import { addMoney } from "./money.js";
import { sameResource, type AssociatedResource, type ResourceRef } from "./resource.js";

/** What became of one associated resource. "pending": not known yet, or its destroy goes on. */
export type ResourceOutcome = "destroyed" | "kept" | "failed" | "pending";

export interface ReportedResource extends AssociatedResource {
    readonly outcome: ResourceOutcome;
    /** Why it was kept, why it failed; null where there is nothing to say. */
    readonly reason: string | null;
}

/**
 * What became of a teardown: "not-found": there was nothing to do; "partial": something that was to go is
 * still there; "in-progress": it goes on at DigitalOcean; "refused": nothing was changed; "failed": the
 * teardown itself could not go on.
 */
export type Outcome = "destroyed" | "not-found" | "partial" | "in-progress" | "refused" | "failed";

/** One value for all surfaces: stack error, log line, command line, JSON. */
export interface Report {
    readonly dropletId: number;
    /** Null where neither the Droplet nor its status could be read. */
    readonly dropletName: string | null;
    /** False also when it is not known to be gone. */
    readonly dropletGone: boolean;
    /** US dollars a month of the Droplet itself, or null where it is not known. */
    readonly dropletMonthlyPrice: string | null;
    readonly destroyedAt: string | null;
    readonly outcome: Outcome;
    /** Why the outcome is not a success, in one or two sentences; null for a success. */
    readonly error: string | null;
    readonly resources: readonly ReportedResource[];
    /** Keep entries that matched nothing. */
    readonly unmatchedKeep: readonly string[];
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    readonly requests: number;
    readonly requestIds: readonly string[];
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
}

export function isSuccess(report: Pick<Report, "outcome">): boolean {
    return report.outcome === "destroyed" || report.outcome === "not-found";
}

/** Resources with one of the outcomes. */
export function withOutcome(
    report: Pick<Report, "resources">,
    ...outcomes: readonly ResourceOutcome[]
): ReportedResource[] {
    return report.resources.filter((resource) => outcomes.includes(resource.outcome));
}

/** Dollars a month of the associated resources: what a teardown saved, and what goes on. */
export function costOf(report: Pick<Report, "resources">): {
    readonly destroyed: string;
    readonly remaining: string;
} {
    return {
        destroyed: addMoney(withOutcome(report, "destroyed").map((resource) => resource.monthlyCost)),
        remaining: addMoney(withOutcome(report, "kept", "failed", "pending").map((r) => r.monthlyCost)),
    };
}

type Ending = Pick<Report, "outcome" | "error" | "resources">;

/** The report of a destroy that was completed although some resources are seen to be there still. */
export function withRemaining<R extends Ending>(report: R, there: readonly AssociatedResource[]): R {
    const reason = "still there, although DigitalOcean reports the destroy as completed";
    const isThere = (resource: ReportedResource): boolean =>
        there.some((other) => sameResource(other, resource));
    const resources = report.resources.map((resource) =>
        isThere(resource) ? { ...resource, outcome: "failed" as const, reason } : resource,
    );
    return {
        ...report,
        outcome: "partial",
        error: `${there.length} of what was to go is ${reason}`,
        resources,
    };
}

/** The report of an own destroy after which something shows as destroyed that was to be kept. */
export function withWronged<R extends Ending>(report: R, kept: readonly ResourceRef[]): R {
    const wronged = withOutcome(report, "destroyed").filter((gone) =>
        kept.some((other) => sameResource(other, gone)),
    );
    return wronged.length === 0
        ? report
        : {
              ...report,
              outcome: "partial",
              error: `${wronged.length} of what was to be kept shows as destroyed`,
          };
}

/** The report with what Droplets that are gone had left behind; something that would not go is a failure. */
export function withLeftovers<R extends Ending & Pick<Report, "unmatchedKeep">>(
    report: R,
    leftovers: readonly ReportedResource[],
): R {
    const others = report.resources.filter((known) => !leftovers.some((other) => sameResource(other, known)));
    const failed = leftovers.filter((resource) => resource.outcome === "failed").length;
    const unmatchedKeep = report.unmatchedKeep.filter(
        (entry) => !leftovers.some((resource) => keptBy(resource, [{ entry, source: "argument" }])),
    );
    const merged = { ...report, resources: [...others, ...leftovers], unmatchedKeep };
    return failed === 0 || !isSuccess(report)
        ? merged
        : {
              ...merged,
              outcome: "partial",
              error: `${failed} of what was left behind could not be destroyed`,
          };
}
