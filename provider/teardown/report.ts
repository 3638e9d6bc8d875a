import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    isWithin,
    namedIn,
    RESOURCE_KINDS,
    type ResourceKind,
} from "./model.js";
import { keptBy, MANAGED_REASON } from "./policy.js";
import type { ErrorCode } from "./errors.js";
import { type Evidence, type Findings, planned, statusOf } from "./findings.js";
import type { Plan } from "./plan.js";
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
    /** The same for programs; null for a success. */
    readonly code: ErrorCode | null;
    readonly resources: readonly ReportedResource[];
    /** Kinds that could not be read; their remaining cost is in no total. */
    readonly unread: readonly ResourceKind[];
    /** Keep entries that matched nothing. */
    readonly unmatchedKeep: readonly string[];
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    /** Whether a destroy, whoever started it, is known to be still running. */
    readonly stillRunning: boolean;
    readonly requests: number;
    readonly requestIds: readonly string[];
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
}

export function isSuccess(report: { readonly outcome: string }): boolean {
    return report.outcome === "destroyed" || report.outcome === "not-found";
}

/** It was gone before anything was asked to destroy it. */
export const GONE_BEFORE_REASON = "was already gone";
/** The stack deletes it beside the Droplet, unless somebody else has. */
export const MANAGED_GONE_REASON = `${MANAGED_REASON}, and gone`;
/** It was to go, and no attempt says why it has not. */
export const STILL_THERE_REASON = "still there";

/** Resources with one of the outcomes. */
export function withOutcome(
    report: Pick<Report, "resources">,
    ...outcomes: readonly ResourceOutcome[]
): ReportedResource[] {
    return report.resources.filter((resource) => outcomes.includes(resource.outcome));
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
    readonly stillRunning: boolean;
}

/** Time and requests that the operation took, known only when everything else is done. */
export type Totals = Pick<Report, "requests" | "requestIds" | "startedAtMs" | "finishedAtMs">;

/** Where no error of its own ended it. */
const CODES: Record<Outcome, ErrorCode> = {
    destroyed: "failed",
    "not-found": "failed",
    partial: "not-destroyed",
    "in-progress": "interrupted",
    refused: "refused",
    failed: "failed",
};

/** The report of an operation, without its totals. */
export function composeReport(
    facts: Facts,
    outcome: Outcome,
    error: string | null,
    code: ErrorCode = CODES[outcome],
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
        code: isSuccess({ outcome }) ? null : code,
        resources: facts.entries.map((entry) => reported(entry, outcome, facts)),
        unread: facts.unread,
        unmatchedKeep: facts.unmatched.filter(
            (entry) => !facts.entries.some((one) => keptBy(one, [{ entry, source: "argument" }])),
        ),
        rounds: facts.rounds,
        stillRunning: facts.stillRunning,
    };
}

/** What became of nothing: what was read for a destroy that has not happened. */
export interface Look {
    readonly findings: Findings;
    /** What would have become of it; null: nothing could be planned, so no kind was read. */
    readonly plan: Plan | null;
    readonly outcome: Outcome;
    readonly error: string | null;
    readonly code?: ErrorCode;
}

/** The report of a look, which has changed nothing. */
export function lookReport({ findings, plan, outcome, error, code }: Look, nowMs: number): Report {
    const { dropletId, lastSeen, endedAt, known, evidence } = findings;
    const status = statusOf(findings);
    const judged = plan === null ? findings : { ...findings, evidence: planned(evidence, plan) };
    const facts = {
        ...{ dropletId, droplet: lastSeen, status, rounds: 0 },
        dropletGone: endedAt !== null && known,
        entries: entriesOf(judged, null),
        unread: plan?.unread ?? RESOURCE_KINDS,
        unmatched: plan?.unmatched ?? [],
        stillRunning: status.state === "running",
    };
    const totals = { requests: 0, requestIds: [], startedAtMs: nowMs, finishedAtMs: nowMs };
    return { ...composeReport(facts, outcome, error, code), ...totals };
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
    /** It may be a backup, which goes with the Droplet, whatever the policy. */
    readonly mayBeBackup: boolean;
    /** Nothing was read at all: this is what an earlier run has recorded. */
    readonly isRecord: boolean;
    /** A destroy of the Droplet named it, or our own delete of it was accepted. */
    readonly wasDestroyed: boolean;
}

/** Everything that is known of a Droplet's resources. */
export function entriesOf(findings: Findings, finalSnapshot: FinalSnapshot | null): readonly Entry[] {
    return findings.evidence.map((one) => entryOf(one, findings, finalSnapshot));
}

function entryOf(evidence: Evidence, findings: Findings, finalSnapshot: FinalSnapshot | null): Entry {
    const where = whereIs(evidence);
    // A backup may have been listed as a snapshot, and has gone with the Droplet.
    const mayBeBackup = evidence.kind === "snapshot" && (findings.lastSeen?.backups ?? 0) > 0;
    const isProven = findings.endedAt === null || (findings.isOurs && !mayBeBackup);
    return {
        ...evidence,
        mayBeBackup,
        isRecord: findings.reads === 0,
        wasDestroyed: evidence.deleted || evidence.asked || evidence.named,
        where:
            where.is === "disputed"
                ? { is: "hidden", why: "DigitalOcean's answers about it contradict each other" }
                : where,
        listed: (evidence.listed?.shown != null || evidence.taken !== null) && isProven,
        keep:
            evidence.keep ??
            (finalSnapshot !== null && isFinal(evidence, finalSnapshot) ? FINAL_REASON : null),
    };
}

/** What has become so far of what a destroy is about: what is planned, or, of somebody else's, what its status names. */
export function underWay(
    findings: Findings,
    plan: Pick<Plan, "destroy"> | null,
): readonly ReportedResource[] {
    return entriesOf(findings, null)
        .filter((one) => isWithin([one], plan?.destroy ?? namedIn(statusOf(findings))))
        .map((entry) => reported({ ...entry, keep: null }, "in-progress", { stillRunning: true, rounds: 0 }));
}

/** What has been requested, and whether it is running. */
type Done = Pick<Facts, "stillRunning" | "rounds">;

/** Whether something that the policy destroys remains or is unknown. */
export function isUnsettled({ keep, where }: Entry): boolean {
    return keep === null && where.is !== "gone";
}

function reported(entry: Entry, outcome: Outcome, done: Done): ReportedResource {
    const { kind, id, name, monthlyCost } = entry;
    return { kind, id, name, monthlyCost, ...judge(entry, outcome, done) };
}

function judge(
    { where, keep, failure, listed, mayBeBackup, isRecord, wasDestroyed }: Entry,
    outcome: Outcome,
    done: Done,
): Pick<ReportedResource, "outcome" | "reason"> {
    switch (where.is) {
        case "gone":
            return { outcome: "destroyed", reason: whyGone(keep, mayBeBackup, wasDestroyed) };
        case "hidden":
            return keep !== null && listed
                ? { outcome: "kept", reason: keep }
                : { outcome: "unknown", reason: where.why };
        case "unseen":
            return done.stillRunning
                ? { outcome: "pending", reason: failure }
                : {
                      outcome: "unknown",
                      reason: failure ?? (isRecord ? "as last recorded" : "not looked at"),
                  };
        case "there":
            return keep !== null ? { outcome: "kept", reason: keep } : remaining(failure, outcome, done);
    }
}

/** Null: a destroy of the Droplet was to take it. */
function whyGone(keep: string | null, mayBeBackup: boolean, wasDestroyed: boolean): string | null {
    if (keep === null) {
        return wasDestroyed ? null : GONE_BEFORE_REASON;
    }
    if (keep === MANAGED_REASON) {
        return MANAGED_GONE_REASON;
    }
    const who = mayBeBackup ? "backups are deleted with the droplet" : "another request destroyed it";
    return `should have been kept (${keep}); ${who}`;
}

/** What the policy destroys and still exists. */
function remaining(
    failure: string | null,
    outcome: Outcome,
    { stillRunning, rounds }: Done,
): Pick<ReportedResource, "outcome" | "reason"> {
    if (failure !== null) {
        return { outcome: "failed", reason: failure };
    }
    switch (outcome) {
        case "refused":
            return { outcome: "kept", reason: "nothing was destroyed" };
        case "in-progress":
            // Between two attempts, nothing is running.
            return stillRunning || rounds === 0
                ? { outcome: "pending", reason: null }
                : { outcome: "failed", reason: STILL_THERE_REASON };
        case "destroyed":
        case "not-found":
        case "partial":
        case "failed":
            return stillRunning
                ? { outcome: "pending", reason: null }
                : { outcome: "failed", reason: STILL_THERE_REASON };
    }
}
