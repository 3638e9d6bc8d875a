import { keptBy } from "./keep.js";
import type { Entry } from "./ledger.js";
import type { Outcome, Report, ReportedResource } from "./report.js";
import type { Droplet, ResourceKind } from "./resource.js";
import type { DestroyStatus } from "./status.js";

/** What an operation knows when it ends. */
export interface Facts {
    readonly dropletId: number;
    /** The Droplet as last seen; null: never seen. */
    readonly droplet: Droplet | null;
    readonly dropletGone: boolean;
    readonly status: DestroyStatus;
    readonly entries: readonly Entry[];
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
    /** Keep entries that matched nothing in the list. */
    readonly unmatched: readonly string[];
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    /** Whether a destroy is known to be still running. */
    readonly goesOn: boolean;
}

/** Time and requests that the operation took, known only when everything else is done. */
export type Totals = Pick<Report, "requests" | "requestIds" | "startedAtMs" | "finishedAtMs">;

/** The report of an operation, without its totals. */
export function composeReport(
    facts: Facts,
    outcome: Outcome,
    error: string | null,
): Omit<Report, keyof Totals> {
    const progress = facts.status.state === "none" ? null : facts.status.droplet;
    return {
        dropletId: facts.dropletId,
        dropletName: facts.droplet?.name ?? progress?.name ?? null,
        dropletGone: facts.dropletGone,
        dropletReason: facts.dropletGone ? null : (progress?.error ?? null),
        dropletMonthlyPrice: facts.droplet?.monthlyPrice ?? null,
        destroyedAt: progress?.destroyedAt ?? null,
        outcome,
        error,
        resources: facts.entries.map((entry) => reported(entry, outcome, facts.goesOn)),
        unread: facts.unread,
        unmatchedKeep: facts.unmatched.filter(
            (entry) => !facts.entries.some((one) => keptBy(one, [{ entry, source: "argument" }])),
        ),
        rounds: facts.rounds,
    };
}

/** Whether something that the policy destroys remains or is unknown. */
export function isUnsettled({ keep, sight }: Entry): boolean {
    return keep === null && sight.is !== "gone";
}

function reported(entry: Entry, outcome: Outcome, goesOn: boolean): ReportedResource {
    const { kind, id, name, monthlyCost } = entry;
    return { kind, id, name, monthlyCost, ...judge(entry, outcome, goesOn) };
}

function judge(
    { sight, keep, failure, listed }: Entry,
    outcome: Outcome,
    goesOn: boolean,
): Pick<ReportedResource, "outcome" | "reason"> {
    switch (sight.is) {
        case "gone":
            return {
                outcome: "destroyed",
                reason: keep === null ? null : `was to stay (${keep}), taken by another request`,
            };
        case "hidden":
            return keep !== null && listed
                ? { outcome: "kept", reason: keep }
                : { outcome: "unknown", reason: sight.why };
        case "unseen":
            return goesOn
                ? { outcome: "pending", reason: failure }
                : { outcome: "unknown", reason: "not looked at" };
        case "there":
            return keep !== null ? { outcome: "kept", reason: keep } : remaining(failure, outcome, goesOn);
    }
}

/** What the policy destroys and still exists. */
function remaining(
    failure: string | null,
    outcome: Outcome,
    goesOn: boolean,
): Pick<ReportedResource, "outcome" | "reason"> {
    if (failure !== null) {
        return { outcome: "failed", reason: failure };
    }
    switch (outcome) {
        case "refused":
            return { outcome: "kept", reason: "nothing was destroyed" };
        case "in-progress":
            return { outcome: "pending", reason: null };
        case "destroyed":
        case "not-found":
        case "partial":
        case "failed":
            return goesOn
                ? { outcome: "pending", reason: null }
                : { outcome: "failed", reason: "still there" };
    }
}
