import { composeReport, isUnsettled, type Outcome, type Report, type Totals } from "./report.js";
import { isInterruption, RefusedError } from "./errors.js";
import { isFinal } from "./final-snapshot.js";
import { isGone } from "./ledger.js";
import { isOurs } from "./memory.js";
import { RESOURCE_KINDS, type ResourceKind } from "./model.js";
import type { Situation } from "./situation.js";
import { resourceLabel } from "./format.js";

/** How a teardown ended. */
export interface TeardownResult {
    readonly report: Report;
    /** The error that ended it, if any. */
    readonly cause: unknown;
}

/** A report without time and requests, which are known only when everything else is done. */
export type Untotalled = Omit<Report, keyof Totals>;

/** The report of a finished operation. */
export function reportEnd(situation: Situation): Untotalled {
    const { seen, ledger, memory } = situation;
    if (seen.droplet !== "gone") {
        return report("partial", whyItRemains(situation), situation);
    }
    const lost = ledger.entries.find(
        (entry) => isGone(entry) && isFinal(entry, situation.request.finalSnapshot),
    );
    if (lost !== undefined && situation.begun) {
        return report(
            "partial",
            `another request has destroyed the final snapshot ${resourceLabel(lost)}`,
            situation,
        );
    }
    if (ledger.entries.some(isUnsettled)) {
        return report("partial", "not everything that was to go is known to be gone", situation);
    }
    const destroyed = memory.rounds > 0 || seen.status.state !== "none";
    return report(destroyed ? "destroyed" : "not-found", null, situation);
}

/**
 * The report of an operation that an error ended.
 * @param noNews the last unusable answer
 */
export function reportError(error: unknown, noNews: string | null, situation: Situation): Untotalled {
    const message = (error instanceof Error ? error.message : String(error)) + shutdownState(situation);
    if (error instanceof RefusedError && !situation.begun) {
        return report("refused", message, situation);
    }
    if (!isInterruption(error)) {
        return report("failed", message, situation);
    }
    return report("in-progress", [message, ...lastKnown(noNews, situation)].join("; "), situation);
}

function whyItRemains({ seen: { status }, memory: { deletedAtMs, lastRefusal } }: Situation): string {
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
function goesOn({ seen, memory }: Situation): boolean {
    const { sent, endSeenAtMs, deletedAtMs, lastRefusal } = memory;
    const endUnseen = sent?.answer === "accepted" && endSeenAtMs === null;
    const isDeleted = deletedAtMs !== null && lastRefusal === null;
    return seen.status.state === "running" || endUnseen || isDeleted;
}

/** What an interruption leaves behind, as far as known. */
function lastKnown(noNews: string | null, situation: Situation): string[] {
    const { lastRefusal } = situation.memory;
    return [
        ...snapshotState(situation),
        ...(goesOn(situation) ? ["the destroy goes on at DigitalOcean"] : []),
        ...(lastRefusal === null ? [] : [`the destroy was answered with: ${lastRefusal}`]),
        ...(noNews === null ? [] : [`the last answer that could not be used: ${noNews}`]),
    ];
}

/** What an operation that has destroyed nothing has done to the Droplet all the same. */
function shutdownState({ begun, shutdown }: Situation): string {
    switch (begun ? "none" : shutdown) {
        case "none":
            return "";
        case "requested":
            return "; nothing was destroyed, but the droplet was told to shut down";
        case "off":
            return "; the droplet is off";
    }
}

function snapshotState({ begun, memory: { snapshot } }: Situation): string[] {
    if (begun || snapshot.wait === null) {
        return [];
    }
    return snapshot.wait.for === "action"
        ? [
              `nothing was destroyed; the final snapshot is still being taken (action ${snapshot.wait.actionId})`,
          ]
        : [`nothing was destroyed; ${snapshot.wait.why}`];
}

/**
 * Kinds of which nothing is known, because the list was never read, or not the last time. An earlier destroy of a
 * Droplet that was already gone may have kept something that was not recorded; so may somebody else's destroy, which
 * may have begun before the list was read although its status did not show. Snapshots of the Droplet are found without
 * the list, once leftovers are looked up.
 */
function unseenKinds(situation: Situation): readonly ResourceKind[] {
    const { request, unlisted, listedWhole, seen, accounted, memory } = situation;
    const { rounds, sent } = memory;
    if (seen.droplet !== "gone") {
        return unlisted ? RESOURCE_KINDS : isFinalUnseen(situation) ? ["snapshot"] : [];
    }
    const endedByUs = seen.status.state === "none" ? rounds > 0 : isOurs(seen.status, sent);
    if (listedWhole && endedByUs) {
        return [];
    }
    return RESOURCE_KINDS.filter((kind) =>
        kind === "snapshot" ? !accounted : request.unrecorded.includes(kind),
    );
}

/** Whether a final snapshot may exist that no list has shown. */
function isFinalUnseen({ request, ledger, memory }: Situation): boolean {
    const isSeen = ledger.open.some((entry) => isFinal(entry, request.finalSnapshot));
    return memory.snapshot.begun !== null && !isSeen;
}

function report(outcome: Outcome, error: string | null, situation: Situation): Untotalled {
    const { request, droplet, seen, ledger, memory, known, plan, unread } = situation;
    const facts = {
        dropletId: request.dropletId,
        droplet,
        // A 404 alone may mean a token of another team.
        dropletGone: seen.droplet === "gone" && known,
        status: seen.status,
        entries: ledger.entries,
        unread: [...new Set([...unread, ...unseenKinds(situation)])],
        unmatched: plan?.unmatched ?? [],
        rounds: memory.rounds,
        goesOn: goesOn(situation),
    };
    return composeReport(facts, outcome, error);
}
