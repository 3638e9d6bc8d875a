import { addMoney } from "./format.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    RESOURCE_KINDS,
    type ResourceKind,
} from "./model.js";
import { keptBy } from "./policy.js";
import type { Evidence, Findings } from "./findings.js";
import { FINAL_REASON, type FinalSnapshot, isFinal } from "./final-snapshot.js";
import { type Whereabouts, whereIs } from "./whereabouts.js";

/**
 * Outcome of one associated resource. "kept": its reason may be that it is in use elsewhere, or was detached and
 * left; "failed": it should be gone and remains; "pending": its destroy is running or has not started;
 * "unknown": whether it exists is unknown.
 */
export type ResourceOutcome = "destroyed" | "kept" | "failed" | "pending" | "unknown";

export interface ReportedResource extends AssociatedResource {
    readonly outcome: ResourceOutcome;
    /** Why it was kept or failed; null if there is nothing to say. */
    readonly reason: string | null;
}

/**
 * Outcome of a teardown. "not-found": there was nothing to do; "partial": something that should be gone remains
 * or is unknown; "in-progress": the destroy continues at DigitalOcean, or timed out; "refused": nothing was
 * changed; "failed": the teardown itself could not continue.
 */
export type Outcome = "destroyed" | "not-found" | "partial" | "in-progress" | "refused" | "failed";

/** The one report behind stack error, log line, command line and JSON. */
export interface Report {
    readonly dropletId: number;
    /** Null if neither the Droplet nor its status could be read. */
    readonly dropletName: string | null;
    /** False also if it is not known to be gone. */
    readonly dropletGone: boolean;
    /** Why DigitalOcean could not destroy the Droplet itself, in its words; null if it gives no reason. */
    readonly dropletReason: string | null;
    /** Monthly cost of the Droplet itself in US dollars; null if unknown. */
    readonly dropletMonthlyPrice: string | null;
    readonly destroyedAt: string | null;
    readonly outcome: Outcome;
    /** Why the outcome is not a success, in one or two sentences; null for a success. */
    readonly error: string | null;
    readonly resources: readonly ReportedResource[];
    /** Kinds that could not be read; their remaining cost is in no total. */
    readonly unread: readonly ResourceKind[];
    /** Keep entries that matched nothing. */
    readonly unmatchedKeep: readonly string[];
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    /** Whether a destroy, whoever started it, is known to be still running. */
    readonly goesOn: boolean;
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

/** Monthly costs of the Droplet and its resources in US dollars, each null if unknown. */
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

/** Saved and remaining costs of teardowns; in `remaining`, a Droplet counts until it is verified to be gone. */
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
        goesOn: facts.goesOn,
    };
}

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
        goesOn: false,
        requests: 0,
        requestIds: [],
        startedAtMs: nowMs,
        finishedAtMs: nowMs,
    };
}

/** One resource as a report knows it. */
export interface Entry extends AssociatedResource {
    readonly where: Exclude<Whereabouts, { is: "disputed" }>;
    /** The newest list shows it, and nothing has come in between. */
    readonly listed: boolean;
    /** Why it is kept; null: it is to go. */
    readonly keep: string | null;
    /** Why the last attempt to destroy it failed. */
    readonly failure: string | null;
}

/** Everything that is known of a Droplet's resources. */
export function entriesOf(findings: Findings, finalSnapshot: FinalSnapshot): readonly Entry[] {
    return findings.evidence.map((one) => entryOf(one, findings, finalSnapshot));
}

function entryOf(evidence: Evidence, findings: Findings, finalSnapshot: FinalSnapshot): Entry {
    const where = whereIs(evidence);
    // A backup may have been listed as a snapshot, and has gone with the Droplet.
    const isBackup = evidence.kind === "snapshot" && (findings.lastSeen?.backups ?? 0) > 0;
    const isProven = findings.endedAt === null || (findings.isOurs && !isBackup);
    return {
        ...evidence,
        where:
            where.is === "disputed"
                ? { is: "hidden", why: "DigitalOcean's answers about it contradict each other" }
                : where,
        listed: (evidence.listed?.shown != null || evidence.taken !== null) && isProven,
        keep: evidence.keep ?? (isFinal(evidence, finalSnapshot) ? FINAL_REASON : null),
    };
}

/** Whether something that the policy destroys remains or is unknown. */
export function isUnsettled({ keep, where }: Entry): boolean {
    return keep === null && where.is !== "gone";
}

function reported(entry: Entry, outcome: Outcome, goesOn: boolean): ReportedResource {
    const { kind, id, name, monthlyCost } = entry;
    return { kind, id, name, monthlyCost, ...judge(entry, outcome, goesOn) };
}

function judge(
    { where, keep, failure, listed }: Entry,
    outcome: Outcome,
    goesOn: boolean,
): Pick<ReportedResource, "outcome" | "reason"> {
    switch (where.is) {
        case "gone":
            return {
                outcome: "destroyed",
                reason: keep === null ? null : `was to stay (${keep}), taken by another request`,
            };
        case "hidden":
            return keep !== null && listed
                ? { outcome: "kept", reason: keep }
                : { outcome: "unknown", reason: where.why };
        case "unseen":
            return goesOn
                ? { outcome: "pending", reason: failure }
                : { outcome: "unknown", reason: failure ?? "not looked at" };
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
