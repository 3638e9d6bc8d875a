import { type ErrorCode, getErrorCode, isInterruption, messageOf, RefusedError } from "./errors.js";
import {
    answerTo,
    destroyStatus,
    type Evidence,
    type Findings,
    findUnread,
    isGone,
    isUnaccounted,
    LIST,
    planned,
    remainingEvidence,
    SNAPSHOTS,
    whereIs,
} from "./findings.js";
import {
    addMoney,
    costs,
    dropletLabel,
    formatDuration,
    kindLabel,
    MAX_NAMED,
    monthlySum,
    resourceLabel,
    unknownKindLabel,
} from "./format.js";
import {
    type AssociatedResource,
    expiresAt,
    type Gaps,
    isWithin,
    namedIn,
    RESOURCE_KINDS,
    type ResourceKind,
} from "./model.js";
import { type DesiredOutcome, FINAL_REASON, isFinal, type Plan, whyKept } from "./plan.js";
import { keptBy, MANAGED_REASON } from "./policy.js";
import { hasBegun, type Progress, type State } from "./progress.js";
import type { TeardownRequest } from "./request.js";

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
export interface Report extends Gaps {
    readonly dropletId: number;
    /** Null if neither the Droplet nor its status could be read. */
    readonly dropletName: string | null;
    /** False also if it is not known to be gone. */
    readonly dropletGone: boolean;
    /** Why DigitalOcean could not destroy the Droplet itself, in its words; null if it gives no reason. */
    readonly dropletReason: string | null;
    /** Monthly cost of the Droplet itself in US dollars; null if unknown. */
    readonly dropletMonthlyPrice: string | null;
    /** ISO date of its expiry tag, as last seen; null: it has none that can be read. */
    readonly expiresAt: string | null;
    readonly destroyedAt: string | null;
    readonly outcome: Outcome;
    /** Why the outcome is not a success, in one or two sentences; null for a success. */
    readonly error: string | null;
    /** The same for programs; null for a success. */
    readonly code: ErrorCode | null;
    readonly resources: readonly ReportedResource[];
    /** Keep entries that matched nothing. */
    readonly unmatchedKeep: readonly string[];
    /** Destroys and retries that this run started. */
    readonly rounds: number;
    /** Whether a destroy, whoever started it, is known to be still running. */
    readonly stillRunning: boolean;
    /** Whether this run has, or may have, destroyed something: a request may have been accepted without an answer. */
    readonly mayHaveBegun: boolean;
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
const MANAGED_GONE_REASON = `${MANAGED_REASON}, and gone`;
/** It was to go, and no attempt says why it has not. */
export const STILL_THERE_REASON = "still there";
export const UNACCOUNTED_REASON =
    "no status shows whether it was destroyed; not deleted, because an address may be handed out again";

const DISPUTED_REASON = "DigitalOcean's answers about it contradict each other";

/** Resources with one of the outcomes. */
export function withOutcome(
    report: Pick<Report, "resources">,
    ...outcomes: readonly ResourceOutcome[]
): ReportedResource[] {
    return report.resources.filter((resource) => outcomes.includes(resource.outcome));
}

/** What an operation knows when it ends, besides its findings. */
interface Ending extends Pick<
    Report,
    "dropletGone" | "outcome" | "error" | "unread" | "rounds" | "stillRunning" | "mayHaveBegun"
> {
    /** What is known of each resource, and as its `keep` why it stays. */
    readonly evidence: readonly Evidence[];
    /** Keep entries that matched nothing in the list. */
    readonly unmatched: readonly string[];
    /** Null: that of the outcome. */
    readonly code: ErrorCode | null;
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

/** A report without time and requests, which are known only when everything else is done. */
type Untotalled = Omit<Report, keyof Totals>;

function composeReport(findings: Findings, { evidence, unmatched, code, ...ending }: Ending): Untotalled {
    const { dropletId, lastSeen } = findings;
    const { outcome, dropletGone } = ending;
    const status = destroyStatus(findings);
    const progress = status.state === "none" ? null : status.droplet;
    return {
        ...ending,
        dropletId,
        dropletName: lastSeen?.name ?? progress?.name ?? null,
        dropletReason: dropletGone ? null : (progress?.error ?? null),
        dropletMonthlyPrice: lastSeen?.monthlyPrice ?? null,
        expiresAt: lastSeen === null ? null : expiresAt(lastSeen),
        destroyedAt: progress?.destroyedAt ?? null,
        code: isSuccess(ending) ? null : (code ?? CODES[outcome]),
        resources: evidence.map((one) => reported(one, findings, outcome, ending)),
        unknownKinds: findings.unknownKinds,
        unmatchedKeep: unmatched.filter(
            (entry) => !evidence.some((one) => keptBy(one, [{ entry, source: "argument" }])),
        ),
    };
}

/** What became of nothing: what was read for a destroy that has not happened. */
interface Look {
    readonly findings: Findings;
    /** What would have become of it; null: nothing could be planned, so no kind was read. */
    readonly plan: Plan | null;
    readonly outcome: Outcome;
    readonly error: string | null;
    readonly code?: ErrorCode;
}

/** The report of a look, which has changed nothing. */
export function lookReport({ findings, plan, outcome, error, code }: Look, nowMs: number): Report {
    const { endedAt, known, evidence } = findings;
    const report = composeReport(findings, {
        ...{ outcome, error, rounds: 0, code: code ?? null },
        dropletGone: endedAt !== null && known,
        evidence: plan === null ? evidence : planned(evidence, plan),
        unread: plan?.unread ?? RESOURCE_KINDS,
        unmatched: plan?.unmatched ?? [],
        stillRunning: destroyStatus(findings).state === "running",
        mayHaveBegun: false,
    });
    return { ...report, requests: 0, requestIds: [], startedAtMs: nowMs, finishedAtMs: nowMs };
}

/** A backup may have been listed as a snapshot, and goes with the Droplet, whatever the policy. */
function mayBeBackup({ kind }: Evidence, { lastSeen }: Findings): boolean {
    return kind === "snapshot" && (lastSeen?.backups ?? 0) > 0;
}

/** Whether a list of the Droplet shows it, and nothing proves another place since. */
function isStillListed(evidence: Evidence, findings: Findings): boolean {
    const { listed, taken } = evidence;
    const isProven = findings.endedAt === null || (findings.isOurs && !mayBeBackup(evidence, findings));
    return (listed?.shown != null || taken !== null) && isProven;
}

/** Whether somebody else's destroy, which is running, is about to take it. */
function isBeingTaken(evidence: Evidence, findings: Findings): boolean {
    const { runningSince, isOurs } = findings;
    const named = namedIn(destroyStatus(findings)).filter((one) => one.error === null);
    return runningSince !== null && !isOurs && isWithin([evidence], named);
}

/** Why something stays, or should have stayed, that no plan of this run was about: a destroy had taken it before. */
function unplannedKeep(evidence: Evidence, desired: DesiredOutcome): string | null {
    const { ended, asked, deleted } = evidence;
    if (isFinal(evidence, desired.finalSnapshot)) {
        return FINAL_REASON;
    }
    return ended === null || asked || deleted ? null : whyKept(evidence, desired);
}

/** What has become so far of what a destroy is about: what is planned, or, of somebody else's, what its status names. */
export function underWay(
    findings: Findings,
    plan: Pick<Plan, "destroy"> | null,
): readonly ReportedResource[] {
    const done = { stillRunning: true, rounds: 0 };
    return findings.evidence
        .filter((one) => isWithin([one], plan?.destroy ?? namedIn(destroyStatus(findings))))
        .map((one) => reported({ ...one, keep: null }, findings, "in-progress", done));
}

/** What has been requested, and whether it is running. */
type Done = Pick<Report, "stillRunning" | "rounds">;

/** Whether something that the policy destroys remains or is unknown. */
function isUnsettled(evidence: Evidence): boolean {
    return evidence.keep === null && !isGone(evidence);
}

function reported(evidence: Evidence, findings: Findings, outcome: Outcome, done: Done): ReportedResource {
    const { kind, id, name, monthlyCost } = evidence;
    return { kind, id, name, monthlyCost, ...decideOutcome(evidence, findings, outcome, done) };
}

function decideOutcome(
    evidence: Evidence,
    findings: Findings,
    outcome: Outcome,
    done: Done,
): Pick<ReportedResource, "outcome" | "reason"> {
    const { keep, failure } = evidence;
    const where = whereIs(evidence);
    switch (where.is) {
        case "gone":
            return { outcome: "destroyed", reason: whyGone(evidence, findings) };
        case "hidden":
        case "disputed":
            return keep !== null && isStillListed(evidence, findings)
                ? { outcome: "kept", reason: keep }
                : { outcome: "unknown", reason: where.is === "hidden" ? where.why : DISPUTED_REASON };
        case "unseen":
            return done.stillRunning
                ? { outcome: "pending", reason: failure }
                : {
                      outcome: "unknown",
                      reason: failure ?? (findings.reads === 0 ? "as last recorded" : "not looked at"),
                  };
        case "there":
            if (keep !== null) {
                return isBeingTaken(evidence, findings)
                    ? { outcome: "pending", reason: `should stay (${keep}); another request destroys it` }
                    : { outcome: "kept", reason: keep };
            }
            return mayBeAnother(evidence, findings) && outcome !== "in-progress"
                ? { outcome: "unknown", reason: UNACCOUNTED_REASON }
                : remaining(failure, outcome, done);
    }
}

/** Whether it may have been destroyed, and what is there be another one. */
function mayBeAnother(evidence: Evidence, findings: Findings): boolean {
    return findings.endedAt !== null && findings.runningSince === null && isUnaccounted(evidence, findings);
}

/** Null: a destroy of the Droplet was to take it, or our own delete of it was accepted. */
function whyGone(evidence: Evidence, findings: Findings): string | null {
    const { keep, deleted, asked, named } = evidence;
    if (keep === null) {
        return deleted || asked || named ? null : GONE_BEFORE_REASON;
    }
    if (keep === MANAGED_REASON) {
        return MANAGED_GONE_REASON;
    }
    const who = mayBeBackup(evidence, findings)
        ? "backups are deleted with the droplet"
        : "another request destroyed it";
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
    if (outcome === "refused") {
        return { outcome: "kept", reason: "nothing was destroyed" };
    }
    // Between two attempts, nothing is running.
    const isPending = stillRunning || (outcome === "in-progress" && rounds === 0);
    return isPending
        ? { outcome: "pending", reason: null }
        : { outcome: "failed", reason: STILL_THERE_REASON };
}

/** The Droplet or one of its resources, and what became of it: every surface makes its lines and its sums of these. */
export interface Row extends Omit<ReportedResource, "kind"> {
    readonly kind: ResourceKind | "droplet";
}

/** A report of the command line may also cover a destroy that has not been requested yet. */
export interface DropletReport extends Omit<Report, "outcome"> {
    readonly outcome: Outcome | "planned";
}

/** What needs attention comes first. */
export const ORDER: readonly ResourceOutcome[] = ["failed", "unknown", "pending", "kept", "destroyed"];

/** The Droplet, then its resources. */
export function toRows(report: DropletReport): readonly Row[] {
    const droplet: Row = {
        kind: "droplet",
        id: String(report.dropletId),
        name: report.dropletName ?? "",
        outcome: dropletOutcome(report),
        reason: report.dropletReason,
        monthlyCost: report.dropletMonthlyPrice,
    };
    return [droplet, ...ORDER.flatMap((outcome) => withOutcome(report, outcome))];
}

function dropletOutcome({ dropletGone, stillRunning, outcome }: DropletReport): ResourceOutcome {
    if (dropletGone || stillRunning) {
        return dropletGone ? "destroyed" : "pending";
    }
    switch (outcome) {
        case "planned":
            return "pending";
        case "refused":
            return "kept";
        case "not-found":
            return "unknown";
        default:
            return "failed";
    }
}

/** What became of a row, for people: what should be gone and merely is not remains. */
export function rowWord({ kind, outcome, reason }: Row): string {
    switch (outcome) {
        case "destroyed":
            return reason === GONE_BEFORE_REASON || reason === MANAGED_GONE_REASON ? "gone" : outcome;
        case "failed":
            return kind === "droplet" || reason === STILL_THERE_REASON ? "remains" : outcome;
        default:
            return kind === "droplet" && outcome !== "pending" ? "remains" : outcome;
    }
}

/** "volume pg-data (4d4d)" */
export function rowLabel({ kind, ...row }: Row): string {
    return kind === "droplet"
        ? dropletLabel(Number(row.id), row.name || null)
        : `${kindLabel(kind)} ${resourceLabel({ kind, ...row })}`;
}

/** What teardowns have saved, and what still costs something; all sums are made of the rows. */
interface Cost {
    /** What destroys of the Droplets took. */
    readonly destroyed: readonly (string | null)[];
    /** A Droplet counts until it is verified to be gone. */
    readonly remaining: readonly (string | null)[];
    /** What other resources of the stack manage: it is not in `remaining`. */
    readonly managed: readonly (string | null)[];
    /** What remains without a known price: it is in no sum. */
    readonly unpriced: readonly Row[];
    /** The same of kinds that this version does not know, in words. */
    readonly unknown: readonly string[];
}

export function sumCost(reports: readonly DropletReport[]): Cost {
    const rows = reports.flatMap((report) =>
        // What was gone before has not been saved.
        toRows(report).filter(
            ({ kind }) => kind !== "droplet" || !(report.dropletGone && report.outcome === "not-found"),
        ),
    );
    const left = rows.filter(({ outcome }) => outcome !== "destroyed");
    const remaining = left.filter((row) => !isManaged(row));
    return {
        destroyed: costs(rows.filter(({ outcome, reason }) => outcome === "destroyed" && reason === null)),
        remaining: costs(remaining),
        managed: costs(left.filter(isManaged)),
        unpriced: remaining.filter(({ monthlyCost }) => monthlyCost === null),
        unknown: reports.flatMap(({ unknownKinds }) => unknownKinds.map(unknownKindLabel)),
    };
}

function isManaged({ outcome, reason }: Row): boolean {
    return outcome === "kept" && reason === MANAGED_REASON;
}

/**
 * "Saved $6.75/month. Still accruing $10.00/month."
 * @param quote makes a name harmless where more than a terminal's controls would have an effect
 */
export function costText(reports: readonly DropletReport[], quote = (text: string): string => text): string {
    const cost = sumCost(reports);
    const remains = remainingText(cost, reports, quote);
    return [...savedText(cost, reports), remains, ...managedText(cost)].join(" ");
}

function savedText({ destroyed }: Cost, reports: readonly DropletReport[]): string[] {
    const hasEnded = reports.some(
        (report) =>
            isSuccess(report) &&
            (report.outcome === "destroyed" || withOutcome(report, "destroyed").length > 0),
    );
    const isKnown = Number(addMoney(destroyed)) > 0 || !destroyed.includes(null);
    return hasEnded && destroyed.length > 0 && isKnown ? [`Saved ${monthlySum(destroyed)}.`] : [];
}

function remainingText(
    { remaining, unpriced, unknown }: Cost,
    reports: readonly DropletReport[],
    quote: (text: string) => string,
): string {
    const sum = addMoney(remaining);
    const isWhole = reports.every(({ unread }) => unread.length === 0);
    // A Droplet that was never seen has no name, and need not exist.
    const named = unpriced.filter(({ kind, name }) => kind !== "droplet" || name !== "").map(rowLabel);
    const accruing = [
        ...(Number(sum) > 0
            ? [`${isWhole && named.length === unpriced.length ? "" : "at least "}$${sum}/month`]
            : []),
        ...(named.length + unknown.length > 0
            ? [`the unknown cost of ${enumerated([...named, ...unknown].map(quote))}`]
            : []),
    ];
    if (accruing.length > 0) {
        return `Still accruing ${accruing.join(", and ")}.`;
    }
    const isNothing = unpriced.length === 0 && isWhole && reports.every(isSuccess);
    return isNothing ? "No remaining cost found." : "Remaining cost unknown.";
}

function managedText({ managed }: Cost): string[] {
    return managed.length === 0 ? [] : [`Other resources of the stack: ${monthlySum(managed)}.`];
}

/** "a, b and c"; "a, b, c, d, e and 7 more" */
function enumerated(labels: readonly string[]): string {
    const more = labels.length - MAX_NAMED;
    const parts = more > 0 ? [...labels.slice(0, MAX_NAMED), `${more} more`] : labels;
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** How a teardown ended. */
export interface TeardownResult {
    readonly report: Report;
    /** The error that ended it, if any. */
    readonly cause: unknown;
}

/** @param error what ended the run before its end; null: nothing */
export function buildReport(state: State, request: TeardownRequest, error: unknown): Untotalled {
    return error === null ? reportEnd(state, request) : reportError(error, state, request);
}

function reportEnd(state: State, request: TeardownRequest): Untotalled {
    const { findings, progress } = state;
    if (findings.endedAt === null) {
        return report("partial", whyItRemains(state), state, request);
    }
    // One that was gone before this run is somebody's decision, and no news of this destroy.
    const lost = findings.evidence.find(
        (one) => wasSeen(one) && isGone(one) && isFinal(one, request.finalSnapshot),
    );
    if (lost !== undefined && hasBegun(progress)) {
        return report(
            "partial",
            `another request has destroyed the final snapshot ${resourceLabel(lost)}`,
            state,
            request,
        );
    }
    if (withReasons(state, request).some(isUnsettled)) {
        return report("partial", "could not confirm that all resources are destroyed", state, request);
    }
    const isDestroyed = progress.rounds > 0 || destroyStatus(findings).state !== "none";
    return report(isDestroyed ? "destroyed" : "not-found", null, state, request);
}

/** Whether this run has seen it exist. */
function wasSeen({ everListed, taken, found }: Evidence): boolean {
    return everListed || taken !== null || found !== null;
}

function reportError(error: unknown, state: State, request: TeardownRequest): Untotalled {
    const { progress } = state;
    const message = messageOf(error) + shutdownState(state);
    if (error instanceof RefusedError && !hasBegun(progress)) {
        return report("refused", message, state, request, getErrorCode(error));
    }
    const isUnderWay = isInterruption(error) && (hasBegun(progress) || mayRun(state));
    const outcome = isUnderWay ? "in-progress" : "failed";
    return report(outcome, [message, ...lastKnown(state)].join("; "), state, request, getErrorCode(error));
}

function whyItRemains({ findings, progress: { deletedAtMs, lastRefusal } }: State): string {
    const status = destroyStatus(findings);
    if (deletedAtMs !== null) {
        return lastRefusal === null
            ? "DigitalOcean accepted the delete of the droplet, but it is still there"
            : `the droplet is still there; its delete was answered with: ${lastRefusal}`;
    }
    if (status.state === "none") {
        return "DigitalOcean accepted the destroy but has no record of it";
    }
    const reason = status.droplet.error;
    if (reason !== null) {
        return `the droplet could not be destroyed: ${reason}`;
    }
    const failures = status.state === "completed" ? status.failures : 0;
    return failures === 0
        ? "DigitalOcean reports the destroy as completed, but the droplet is still there"
        : `DigitalOcean could not destroy everything: it counts ${failures} failed`;
}

/** Whether a destroy is known to be running: it was seen running, or it was accepted and its end not seen. */
function isStillRunning({ findings, progress }: State): boolean {
    const { sent, endSeenAtMs, deletedAtMs, lastRefusal } = progress;
    const endUnseen = sent?.answer === "accepted" && endSeenAtMs === null;
    const isDeleted = deletedAtMs !== null && lastRefusal === null && findings.endedAt === null;
    return findings.runningSince !== null || endUnseen || isDeleted;
}

/** Whether something that this run has requested, or seen, may still be running. */
function mayRun(state: State): boolean {
    return isStillRunning(state) || state.progress.snapshot.wait?.for === "action";
}

/** What an interruption leaves behind, as far as known. */
function lastKnown(state: State): string[] {
    const { lastRefusal, noNews } = state.progress;
    return [
        ...snapshotState(state.progress),
        ...(isStillRunning(state) ? ["the destroy is still running at DigitalOcean"] : []),
        ...(lastRefusal === null ? [] : [`the destroy was answered with: ${lastRefusal}`]),
        ...(noNews === null ? [] : [`the last answer that could not be used: ${noNews}`]),
    ];
}

/** What an operation that has destroyed nothing has done to the Droplet all the same. */
function shutdownState({ progress, findings }: State): string {
    const isOff = progress.shutdown.sinceMs !== null && findings.lastSeen?.status === "off";
    if (hasBegun(progress)) {
        return "";
    }
    if (isOff) {
        return "; the droplet is off";
    }
    return progress.shutdown.state === "none"
        ? ""
        : "; nothing was destroyed, but the droplet was told to shut down";
}

function snapshotState(progress: Progress): string[] {
    const { wait } = progress.snapshot;
    if (hasBegun(progress) || wait === null) {
        return [];
    }
    return wait.for === "action"
        ? [`nothing was destroyed; the final snapshot is still being taken (action ${wait.actionId})`]
        : [`nothing was destroyed; ${wait.why}`];
}

/**
 * Kinds of which nothing is known. An earlier destroy of a Droplet that was already gone may have kept something that
 * was not recorded. Snapshots of the Droplet are found without the list, once leftovers are looked up.
 */
function unreadKinds(
    { findings, progress }: State,
    { unrecorded, finalSnapshot }: TeardownRequest,
): readonly ResourceKind[] {
    if (findings.endedAt === null) {
        // A final snapshot may exist that no list has shown.
        const isSeen = remainingEvidence(findings).some((one) => isFinal(one, finalSnapshot));
        const isUnseen = progress.snapshot.begun !== null && !isSeen;
        const unread = findUnread(findings);
        return RESOURCE_KINDS.filter((kind) => unread.includes(kind) || (isUnseen && kind === "snapshot"));
    }
    const snapshots = answerTo(findings, SNAPSHOTS);
    const hidden = (kind: ResourceKind): boolean =>
        (answerTo(findings, LIST) !== null && findUnread(findings).includes(kind)) ||
        (kind === "snapshot" && snapshots !== null && snapshots.is !== "read");
    const unseen = (kind: ResourceKind): boolean =>
        kind === "snapshot" ? !progress.accounted : unrecorded.includes(kind);
    return RESOURCE_KINDS.filter(
        (kind) => hidden(kind) || (!isListed(kind, findings, progress) && unseen(kind)),
    );
}

/**
 * Whether list and status together show everything of a kind: what a destroy has taken out of the list is in its
 * status, whoever began it. Snapshots that stay of a volume that it took before the list was read are in neither.
 */
function isListed(kind: ResourceKind, findings: Findings, progress: Progress): boolean {
    if (findings.listedWhole && isEndedByUs(findings, progress)) {
        return true;
    }
    const hasTakenVolume = findings.evidence.some((one) => one.kind === "volume" && !one.everListed);
    const isInBoth = findings.wasListed && destroyStatus(findings).state !== "none";
    return isInBoth && !(kind === "volume_snapshot" && hasTakenVolume);
}

function isEndedByUs(findings: Findings, { rounds }: Progress): boolean {
    return destroyStatus(findings).state === "none" ? rounds > 0 : findings.isOurs;
}

/** What is known of each resource, with why it stays. A final snapshot of an earlier run is reported with its age. */
function withReasons({ findings, progress }: State, request: TeardownRequest): readonly Evidence[] {
    const { earlier } = progress.snapshot;
    return findings.evidence.map((one) => {
        const keep = one.keep ?? unplannedKeep(one, request);
        return one.id === earlier?.id && keep === FINAL_REASON
            ? { ...one, keep: `${keep}, taken ${formatDuration(earlier.ageMs)} before this destroy` }
            : { ...one, keep };
    });
}

function report(
    outcome: Outcome,
    error: string | null,
    state: State,
    request: TeardownRequest,
    code: ErrorCode | null = null,
): Untotalled {
    const { findings, progress } = state;
    // A 404 alone may mean a token of another team.
    const isKnown = findings.known || (progress.accounted && request.account.kind === "recorded");
    return composeReport(findings, {
        ...{ outcome, error, code, rounds: progress.rounds },
        dropletGone: findings.endedAt !== null && isKnown,
        evidence: withReasons(state, request),
        unread: unreadKinds(state, request),
        unmatched: progress.plan?.unmatched ?? [],
        stillRunning: isStillRunning(state),
        mayHaveBegun: hasBegun(progress),
    });
}
