import type { Observation } from "./decide.js";
import { failuresOf } from "./failures.js";
import type { Plan } from "./plan.js";
import type { Outcome, Report, ReportedResource } from "./report.js";
import type { AssociatedResource, Droplet, ResourceRef } from "./resource.js";
import { tally, type Knowledge } from "./tally.js";

/** What an operation knows when it ends. */
export interface Facts {
    readonly dropletId: number;
    readonly droplet: Droplet | null;
    readonly seen: Observation;
    readonly plan: Plan | null;
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    /** Resources that were seen to be destroyed. */
    readonly gone: readonly ResourceRef[];
    /** The inventory of an earlier day. */
    readonly recorded: readonly AssociatedResource[];
}

/** What the operation took: known only when everything else is done. */
export type Totals = Pick<Report, "requests" | "requestIds" | "startedAtMs" | "finishedAtMs">;

/** The report of an operation, without its totals. */
export function composeReport(
    facts: Facts,
    outcome: Outcome,
    error: string | null,
): Omit<Report, keyof Totals> {
    const { status, droplet: sight } = facts.seen;
    // A 404 alone may be another team's; a destroy that is known, or a confirmed account, says that it is gone.
    const certain = status.state !== "none" || facts.rounds > 0 || outcome === "not-found";
    const dropletGone = sight === "absent" && certain;
    const own = facts.rounds > 0 ? facts.plan : null;
    const failures =
        status.state === "completed" ? failuresOf(status, dropletGone ? "absent" : "present", own) : [];
    const progress = status.state === "none" ? null : status.droplet;
    return {
        dropletId: facts.dropletId,
        dropletName: facts.droplet?.name ?? progress?.name ?? null,
        dropletGone,
        dropletMonthlyPrice: facts.droplet?.monthlyPrice ?? null,
        destroyedAt: progress?.destroyedAt ?? null,
        outcome,
        error,
        resources: resourcesAt(outcome, { ...facts, status, failures }),
        unmatchedKeep: facts.plan?.unmatched ?? [],
        rounds: facts.rounds,
    };
}

function resourcesAt(outcome: Outcome, known: Knowledge): ReportedResource[] {
    if (known.plan === null && known.status.state === "none" && outcome !== "not-found") {
        // Nothing could be read: the last inventory is what may remain.
        return known.recorded.map((resource) => ({
            ...resource,
            outcome: "pending",
            reason: "not looked at",
        }));
    }
    const resources = tally(known);
    return outcome === "refused" ? resources.map(untouched) : resources;
}

function untouched(resource: ReportedResource): ReportedResource {
    return resource.outcome === "pending"
        ? { ...resource, outcome: "kept", reason: "nothing was destroyed" }
        : resource;
}
