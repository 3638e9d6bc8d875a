import type { Observation } from "./decide.js";
import { failuresOf } from "./failures.js";
import type { Plan } from "./plan.js";
import type { Outcome, Report } from "./report.js";
import type { AssociatedResource, Droplet, ResourceRef } from "./resource.js";
import { tally } from "./tally.js";

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
    const dropletGone = sight === "absent" && outcome !== "refused";
    const own = facts.rounds > 0 ? facts.plan : null;
    const failures =
        status.state === "completed" ? failuresOf(status, dropletGone ? "absent" : "present", own) : [];
    const progress = status.state === "none" ? null : status.droplet;
    const nothingSeen = facts.plan === null && progress === null && outcome !== "not-found";
    return {
        dropletId: facts.dropletId,
        dropletName: facts.droplet?.name ?? progress?.name ?? null,
        dropletGone,
        dropletMonthlyPrice: facts.droplet?.monthlyPrice ?? null,
        destroyedAt: progress?.destroyedAt ?? null,
        outcome,
        error,
        // Where nothing could be read, the last inventory is what may remain.
        resources: nothingSeen
            ? facts.recorded.map((resource) => ({ ...resource, outcome: "pending", reason: "not looked at" }))
            : tally({ ...facts, status, failures }),
        unmatchedKeep: facts.plan?.unmatched ?? [],
        rounds: facts.rounds,
    };
}
