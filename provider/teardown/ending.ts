import {
    composeReport,
    entriesOf,
    type Entry,
    isUnsettled,
    type Outcome,
    type Report,
    type Totals,
} from "./report.js";
import { codeOf, type ErrorCode, isInterruption, RefusedError } from "./errors.js";
import { answerTo, type Evidence, type Findings, LIST, SNAPSHOTS, statusOf, unreadOf } from "./findings.js";
import { FINAL_REASON, isFinal } from "./final-snapshot.js";
import { RESOURCE_KINDS, type ResourceKind } from "./model.js";
import { hasBegun, type Progress, type State } from "./progress.js";
import type { TeardownRequest } from "./request.js";
import { formatDuration, resourceLabel } from "./format.js";
import { isGone, openOf } from "./whereabouts.js";

/** How a teardown ended. */
export interface TeardownResult {
    readonly report: Report;
    /** The error that ended it, if any. */
    readonly cause: unknown;
}

/** A report without time and requests, which are known only when everything else is done. */
export type Untotalled = Omit<Report, keyof Totals>;

/** @param error what ended the run before its end; null: nothing */
export function reportOf(state: State, request: TeardownRequest, error: unknown): Untotalled {
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
    if (entriesIn(state, request).some(isUnsettled)) {
        return report("partial", "could not confirm that all resources are destroyed", state, request);
    }
    const isDestroyed = progress.rounds > 0 || statusOf(findings).state !== "none";
    return report(isDestroyed ? "destroyed" : "not-found", null, state, request);
}

/** Whether this run has seen it exist. */
function wasSeen({ everListed, taken, found }: Evidence): boolean {
    return everListed || taken !== null || found !== null;
}

function reportError(error: unknown, state: State, request: TeardownRequest): Untotalled {
    const { progress } = state;
    const message = (error instanceof Error ? error.message : String(error)) + shutdownState(state);
    if (error instanceof RefusedError && !hasBegun(progress)) {
        return report("refused", message, state, request, codeOf(error));
    }
    const isUnderWay = isInterruption(error) && (hasBegun(progress) || mayRun(state));
    const outcome = isUnderWay ? "in-progress" : "failed";
    return report(outcome, [message, ...lastKnown(state)].join("; "), state, request, codeOf(error));
}

function whyItRemains({ findings, progress: { deletedAtMs, lastRefusal } }: State): string {
    const status = statusOf(findings);
    if (deletedAtMs !== null) {
        return lastRefusal === null
            ? "DigitalOcean accepted the delete of the droplet, but it is still there"
            : `the droplet is still there; its delete was answered with: ${lastRefusal}`;
    }
    if (status.state === "none") {
        return "DigitalOcean accepted the destroy but knows nothing of it";
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
 * was not recorded; so may somebody else's destroy, which may have begun before the list was read although its status
 * did not show. Snapshots of the Droplet are found without the list, once leftovers are looked up.
 */
function unreadKinds(
    { findings, progress }: State,
    { unrecorded, finalSnapshot }: TeardownRequest,
): readonly ResourceKind[] {
    if (findings.endedAt === null) {
        // A final snapshot may exist that no list has shown.
        const isSeen = openOf(findings).some((one) => isFinal(one, finalSnapshot));
        const isUnseen = progress.snapshot.begun !== null && !isSeen;
        const unread = unreadOf(findings);
        return RESOURCE_KINDS.filter((kind) => unread.includes(kind) || (isUnseen && kind === "snapshot"));
    }
    const snapshots = answerTo(findings, SNAPSHOTS);
    const hidden = (kind: ResourceKind): boolean =>
        (answerTo(findings, LIST) !== null && unreadOf(findings).includes(kind)) ||
        (kind === "snapshot" && snapshots !== null && snapshots.is !== "read");
    const unseen = (kind: ResourceKind): boolean =>
        kind === "snapshot" ? !progress.accounted : unrecorded.includes(kind);
    const isWhole = findings.listedWhole && isEndedByUs(findings, progress);
    return RESOURCE_KINDS.filter((kind) => hidden(kind) || (!isWhole && unseen(kind)));
}

function isEndedByUs(findings: Findings, { rounds }: Progress): boolean {
    return statusOf(findings).state === "none" ? rounds > 0 : findings.isOurs;
}

/** A final snapshot of an earlier run is reported with its age. */
function entriesIn({ findings, progress }: State, { finalSnapshot }: TeardownRequest): readonly Entry[] {
    const { earlier } = progress.snapshot;
    return entriesOf(findings, finalSnapshot).map((entry) =>
        entry.id === earlier?.id && entry.keep === FINAL_REASON
            ? {
                  ...entry,
                  keep: `${FINAL_REASON}, taken ${formatDuration(earlier.ageMs)} before this destroy`,
              }
            : entry,
    );
}

function report(
    outcome: Outcome,
    error: string | null,
    state: State,
    request: TeardownRequest,
    code?: ErrorCode,
): Untotalled {
    const { findings, progress } = state;
    const { lastSeen, endedAt, dropletId } = findings;
    // A 404 alone may mean a token of another team.
    const isKnown = findings.known || (progress.accounted && request.account.kind === "recorded");
    const facts = {
        dropletId,
        droplet: lastSeen,
        dropletGone: endedAt !== null && isKnown,
        status: statusOf(findings),
        entries: entriesIn(state, request),
        unread: unreadKinds(state, request),
        unmatched: progress.plan?.unmatched ?? [],
        rounds: progress.rounds,
        stillRunning: isStillRunning(state),
    };
    return composeReport(facts, outcome, error, code);
}
