import { isNoNews } from "./errors.js";
import {
    aboutResource,
    ACTIONS,
    answerTo,
    DESTROY,
    destroyStatus,
    DROPLET,
    type Evidence,
    type Findings,
    LIST,
    OWN_SNAPSHOTS,
    type Question,
    type Reading,
} from "./findings.js";
import { isFinal, type Plan, type Terms } from "./plan.js";
import { kindLabel, printable, resourceLabel } from "./format.js";
import { type Open, type Refusal, refusalError } from "./inquiry.js";
import { type Gone, judge, judgeGone, judgeRetry, judgeThere, presence, type Seen } from "./judge.js";
import { type AssociatedResource, type DestroyStatus, endedWell, isWithin } from "./model.js";
import { announcement, leftoverAnnouncement, progressLine } from "./describe.js";
import {
    backoffMs,
    type Change,
    hasBegun,
    MAX_FRESH_MS,
    nextTry,
    type Now,
    type Progress,
    READ_AGAIN,
    showsEffect,
    type State,
    type Step,
    tryAgain,
    type Wait,
    waitFor,
    withNotes,
} from "./progress.js";
import { underWay } from "./report.js";
import type { TeardownRequest } from "./request.js";
import {
    awaitOthersSnapshot,
    awaitShutdown,
    awaitSnapshot,
    beginShutdown,
    nextSnapshot,
} from "./before-destroy.js";

/** How long an accepted request may show no effect. */
const ACCEPTED_GRACE_MS = 60_000;
/** The same after a lost answer: the request may not have arrived. */
const LOST_GRACE_MS = 20_000;
/** How long the Droplet may outlive a successful destroy. */
const LINGER_MS = 20_000;
/** Pauses before each round after the first. */
const ROUND_PAUSES_MS = [5_000, 15_000, 45_000] as const;
/** Jitter: the fraction by which pauses may be longer, so that many Droplets do not retry at once. */
const SPREAD = 0.2;
/**
 * For how long refusals may be due to a destroy of somebody else that the status does not show yet. After that,
 * nothing but a retry is likely to be accepted.
 */
const PASSING_REFUSALS_MS = 20_000;
/**
 * The part of its timeout after which a run sends a plain delete instead, if that is sooner: the next run knows
 * nothing of the refusals of this one, and beside somebody's destroy the delete would take nothing more.
 */
const PASSING_SHARE = 1 / 6;
/** Interval between polls of resources that DigitalOcean is still detaching. */
const DETACH_PAUSE_MS = 3_000;
/** Droplet, status, list, destroy; one more where snapshots stay, which may be being taken. */
const GROUP_SIZE = 4;
const MAX_GROUP = 40;
/** Leftovers that are looked up and deleted together. Each may take two look-ups and a delete. */
const BATCH = 12;
const BATCH_GROUP = 3 * BATCH + 1;

/** The next step of a run. Pure, and the same for the first step of a new process as for any other. */
export function next(state: State, request: TeardownRequest, now: Now): Step {
    const { findings, progress } = state;
    const waiting =
        afterTrouble(progress) ??
        (progress.snapshot.wait === null
            ? null
            : awaitSnapshot(progress.snapshot.wait, progress.snapshot, now)) ??
        awaitShutdown(state, request, now);
    if (waiting !== null) {
        return waiting;
    }
    const found = presence(findings, now.epoch);
    if (findings.runningSince !== null || found.is === "running") {
        return whenRunning(state, request, now);
    }
    if (awaitsEffect(destroyStatus(findings), progress, now)) {
        return poll("effect", state);
    }
    switch (found.is) {
        case "open":
            return readPresence(found.ask, state, request, now);
        case "refused":
            return refusal(found.refusal, progress);
        case "there":
            return whenThere(found, state, request, now);
        case "gone":
            return whenGone(state, request, now);
    }
}

/** Once a destroy is running, an unusable answer does not stop the wait for its end. */
function afterTrouble(progress: Progress): Step | null {
    const { trouble, snapshot } = progress;
    if (trouble === null) {
        return null;
    }
    const isEndured = isNoNews(trouble) && (hasBegun(progress) || snapshot.begun !== null);
    return isEndured ? tryAgain(trouble.message) : { do: "end", error: trouble };
}

/** A destroy is running. If it is somebody's, what is attached to the Droplet is read while it can be seen. */
function whenRunning(state: State, request: TeardownRequest, now: Now): Step {
    const { findings } = state;
    const droplet = answerTo(findings, DROPLET);
    if (findings.isOurs || droplet?.is !== "read" || droplet.at.epoch !== now.epoch) {
        return poll("completion", state);
    }
    const judgement = judge(findings, toTerms(findings, request), now.epoch);
    if (judgement.is === "open" && !judgement.again) {
        return { do: "ask", questions: judgement.ask, reserve: 0 };
    }
    const plan = judgement.is === "running" ? judgement.plan : null;
    return { ...poll("completion", state), notes: plan === null ? {} : { plan } };
}

/** Whether an answer that contradicts a request just sent may be stale. */
function awaitsEffect(status: DestroyStatus, { sent }: Progress, now: Now): boolean {
    if (sent === null || showsEffect(status, sent)) {
        return false;
    }
    const graceMs = sent.answer === "accepted" ? ACCEPTED_GRACE_MS : LOST_GRACE_MS;
    return now.ms - sent.atMs < graceMs;
}

/** What a judgement lacks. */
function askFor({ ask, again }: Open): Step {
    return again ? READ_AGAIN : { do: "ask", questions: ask, reserve: 0 };
}

/** After a poll, the Droplet is most likely gone, and there is nothing to destroy: no group is needed. */
function readPresence(
    questions: readonly Question[],
    { findings, progress }: State,
    request: TeardownRequest,
    now: Now,
): Step {
    const isPolled = now.group === "none" && answerTo(findings, DESTROY)?.at.epoch === now.epoch;
    if (!isPolled && now.group !== "whole") {
        return startOver(progress, now, request);
    }
    return { do: "ask", questions, reserve: 0 };
}

/**
 * Reads the Droplet, and beside it what a destroy needs whatever the Droplet is, in one group with what follows: a
 * group in which something has waited was too small.
 */
function startOver({ admitted }: Progress, { group }: Now, { policy }: TeardownRequest): Step {
    const reserve = group === "broken" ? Math.min(2 * admitted, MAX_GROUP) : 0;
    const mayStay = policy.snapshots !== "destroy";
    // Actions are read before the list, where a snapshot that ends in between shows.
    const questions = [DROPLET, DESTROY, mayStay ? ACTIONS : LIST];
    return { do: "ask", questions, reserve: Math.max(reserve, mayStay ? GROUP_SIZE + 1 : GROUP_SIZE) };
}

function whenThere(seen: Seen, state: State, request: TeardownRequest, now: Now): Step {
    const { findings, progress } = state;
    const { attempts, refusals, rested, endSeenAtMs, deletedAtMs } = progress;
    if (deletedAtMs !== null && now.ms - deletedAtMs < ACCEPTED_GRACE_MS) {
        return poll("droplet", state);
    }
    const isSeen = endedWell(destroyStatus(findings)) && endSeenAtMs !== null;
    if (isSeen && now.ms - endSeenAtMs < LINGER_MS) {
        return poll("droplet", state);
    }
    if (attempts > request.retries) {
        return { do: "end", error: null };
    }
    if (attempts + refusals > 0 && !rested) {
        return pauseBefore(attempts, state, request, now);
    }
    if (now.group !== "whole") {
        return startOver(progress, now, request);
    }
    const busy = awaitOthersSnapshot(state, request, now);
    if (busy !== null) {
        return busy;
    }
    const judgement = judgeThere(seen.droplet, findings, toTerms(findings, request), now.epoch);
    switch (judgement.is) {
        case "open":
            return askFor(judgement);
        case "refused":
            return refusal(judgement.refusal, progress, judgement.plan);
        case "ready":
            return whenReady(seen, judgement.plan, state, request, now);
    }
}

/** Announces the plan, shuts down, takes the final snapshot, then destroys. */
function whenReady(seen: Seen, plan: Plan, state: State, request: TeardownRequest, now: Now): Step {
    const { progress } = state;
    const { droplet, at } = seen;
    const text = announcement(droplet, plan, state.findings);
    if (progress.announced.get("plan") !== text) {
        return { do: "say", topic: "plan", text, droplet, notes: { plan } };
    }
    const step =
        beginShutdown(seen, state, request, now) ??
        nextSnapshot(seen, state, request, now) ??
        destroy(plan.destroy, at, state, request, now);
    return withNotes(step, { plan });
}

/** By explicit ids, always; something else only after DigitalOcean has refused that although nothing is running. */
function destroy(
    resources: readonly AssociatedResource[],
    since: Reading,
    { findings, progress }: State,
    request: TeardownRequest,
    now: Now,
): Step {
    const status = destroyStatus(findings);
    const change = (what: Change): Step => ({ do: "change", change: what, since });
    const { refusedAtMs } = progress;
    const refusedForMs = refusedAtMs === null ? -1 : now.ms - refusedAtMs;
    if (refusedForMs >= PASSING_REFUSALS_MS && status.state === "completed" && !endedWell(status)) {
        const judgement = judgeRetry(resources, findings, toTerms(findings, request), now.epoch);
        switch (judgement.is) {
            case "open":
                return askFor(judgement);
            case "refused":
                return refusal(judgement.refusal, progress);
            case "safe":
                return change({ do: "retry", resources });
            case "unsafe":
        }
    }
    const passingMs = Math.min(PASSING_REFUSALS_MS, request.timeoutMs * PASSING_SHARE);
    if (resources.length > 0 || refusedForMs < passingMs) {
        return change({ do: "destroy", resources });
    }
    // A destroy that lists nothing may be invalid to DigitalOcean, which is not documented.
    const actions = answerTo(findings, ACTIONS);
    if (actions?.at.epoch !== now.epoch) {
        return { do: "ask", questions: [ACTIONS], reserve: 0 };
    }
    if (actions.is === "unreadable") {
        return { do: "end", error: actions.error };
    }
    // In this order, a snapshot that was finished in between shows in the list.
    if ((answerTo(findings, LIST)?.at.nth ?? 0) < actions.at.nth) {
        return { do: "ask", questions: [LIST], reserve: 0 };
    }
    const isIdle = actions.is === "read" && actions.value.every(({ state }) => state !== "in-progress");
    return change(isIdle ? { do: "delete droplet" } : { do: "destroy", resources });
}

function whenGone(state: State, request: TeardownRequest, now: Now): Step {
    const { findings, progress } = state;
    const { attempts, rested, deletedAtMs } = progress;
    const isProven = findings.isOurs && endedWell(destroyStatus(findings));
    const hasFailed = attempts > 0 && !isProven && deletedAtMs === null;
    if (hasFailed && attempts <= request.retries && !rested) {
        return { ...pauseBefore(attempts, state, request, now), then: [DESTROY] };
    }
    const judgement = judgeGone(findings, toTerms(findings, request));
    switch (judgement.is) {
        case "open":
            return askFor(judgement);
        case "refused":
            return refusal(judgement.refusal, progress, judgement.plan, true);
        default:
            return whenLookedUp(judgement, state, request, now);
    }
}

function whenLookedUp(judgement: Gone, state: State, request: TeardownRequest, now: Now): Step {
    const { findings, progress } = state;
    const notes = { plan: judgement.plan, isGone: true };
    const text = `droplet ${findings.dropletId} went before its final snapshot was taken`;
    if (judgement.lacksFinal && progress.announced.get("final snapshot") !== text) {
        return { do: "say", topic: "final snapshot", text, notes };
    }
    switch (judgement.is) {
        case "gone":
            return { do: "end", error: null, notes };
        case "detaching": {
            const [first] = judgement.attached;
            const name = first === undefined ? "" : resourceLabel(first);
            const says = `droplet destroyed · waiting for ${name} to be detached`;
            return { ...waitFor(DETACH_PAUSE_MS, says), then: judgement.attached.map(aboutResource), notes };
        }
        case "leftovers":
            return progress.attempts > request.retries
                ? { do: "end", error: null, notes }
                : withNotes(nextLeftover(judgement.remaining, state, request, now), notes);
    }
}

/** Looks up some, deletes each of these, and so on: each delete depends on a look at its resource. */
function nextLeftover(
    remaining: readonly Evidence[],
    state: State,
    request: TeardownRequest,
    now: Now,
): Step {
    const { tried, leftovers, attempts } = state.progress;
    const untried = remaining.filter((one) => !isWithin([one], tried));
    const [first] = untried;
    if (first === undefined) {
        return attempts < request.retries
            ? { ...pauseBefore(attempts + 1, state, request, now), then: [DESTROY], endsPass: true }
            : { do: "end", error: null };
    }
    if (!isWithin(remaining, leftovers)) {
        return {
            do: "say",
            topic: "leftovers",
            text: leftoverAnnouncement(remaining),
            notes: { leftovers: remaining },
        };
    }
    const { own } = first;
    if (own?.at.epoch === now.epoch && now.ms - own.at.atMs < MAX_FRESH_MS) {
        return { do: "change", change: { do: "delete resource", resource: first }, since: own.at };
    }
    return { do: "ask", questions: untried.slice(0, BATCH).map(aboutResource), reserve: BATCH_GROUP };
}

function poll(reason: "completion" | "effect" | "droplet", { findings, progress }: State): Wait {
    const own = progress.sent?.answer === "lost" ? progress.lastRefusal : null;
    const says = progressLine(reason, destroyStatus(findings), underWay(findings, progress.plan), own);
    return { do: "wait", until: "a poll is due", says, then: [DESTROY] };
}

/** Before the next attempt, everything is read again. */
function pauseBefore(
    attempts: number,
    state: State,
    { dropletId, retries }: TeardownRequest,
    now: Now,
): Wait {
    const { refusals, lastRefusal } = state.progress;
    const round = Math.min(attempts, ROUND_PAUSES_MS.length) - 1;
    const pauseMs = refusals > 0 ? refusedPauseMs(state.progress, now) : (ROUND_PAUSES_MS[round] ?? 0);
    // Multiples of the golden ratio spread ids, which follow each other, evenly.
    const spreadMs = pauseMs * (1 + SPREAD * ((dropletId * 0.618) % 1));
    const why =
        refusals > 0
            ? `DigitalOcean does not accept the destroy: ${printable(lastRefusal ?? "no reason given")}`
            : whatRemains(state);
    const which = refusals > 0 ? "" : ` (${attempts + 1} of ${retries + 1})`;
    return { ...waitFor(spreadMs, `${nextTry(spreadMs)}${which} · ${why}`), rests: true };
}

/** No longer than until something else than a destroy may be sent. */
function refusedPauseMs({ refusals, refusedAtMs }: Progress, now: Now): number {
    const backoff = backoffMs(refusals - 1);
    const passingMs = (refusedAtMs ?? -Infinity) + PASSING_REFUSALS_MS - now.ms;
    return passingMs > 0 ? Math.min(backoff, passingMs) : backoff;
}

/** What an attempt has left, in DigitalOcean's words where it gives a reason. */
function whatRemains({ findings, progress }: State): string {
    const { leftovers, plan } = progress;
    const wanted = leftovers.length > 0 ? { destroy: leftovers } : plan;
    const rows = underWay(findings, wanted).filter(({ outcome }) => outcome !== "destroyed");
    const first = rows.find(({ reason }) => reason !== null) ?? rows[0];
    if (first !== undefined) {
        const more = rows.length > 1 ? ` and ${rows.length - 1} more` : "";
        const reason = first.reason === null ? "still there" : printable(first.reason);
        return `${kindLabel(first.kind)} ${printable(first.name || first.id)}${more}: ${reason}`;
    }
    const status = destroyStatus(findings);
    const reason = status.state === "none" ? null : status.droplet.error;
    return `droplet: ${printable(reason ?? "still there")}`;
}

function refusal(reason: Refusal, progress: Progress, plan: Plan | null = null, isGone = false): Step {
    const error = refusalError(reason, hasBegun(progress));
    return { do: "end", error, notes: plan === null ? {} : { plan, isGone } };
}

/** Once it is known, a final snapshot is kept by its id as well, whichever name it has. */
function toTerms(findings: Findings, request: TeardownRequest): Terms {
    const { finalSnapshot } = request;
    const own = answerTo(findings, OWN_SNAPSHOTS);
    const finals = own?.is === "read" ? own.value.filter((one) => isFinal(one, finalSnapshot)) : [];
    return { ...request, finalSnapshot: { ...finalSnapshot, ids: finals.map(({ id }) => id) } };
}
