import type { PollHistory } from "../polling/poll.js";
import { type ApiError, NO_NEWS_PAUSE_MS } from "./errors.js";
import {
    ACTIONS,
    afterAnswer,
    type Answer,
    answerTo,
    beginFindings,
    destroyStatus,
    DROPLET,
    type Findings,
    type NoNews,
    note,
    planned,
    type Question,
    type Reading,
    type Said,
} from "./findings.js";
import { formatDuration } from "./format.js";
import {
    type AssociatedResource,
    destroyedIn,
    type DestroyStatus,
    type Droplet,
    isWithin,
    namedIn,
    type ResourceRef,
    sameResource,
} from "./model.js";
import type { Plan } from "./plan.js";
import type { DropletAction, Placement, StartOutcome, SubmitOutcome } from "./ports.js";

/** What a run has done so far, as plain data; what it has read is in the findings. */
export interface Progress {
    /** Destroys and retries of this run that were accepted. */
    readonly rounds: number;
    /** Rounds, and passes over what the Droplet left behind. */
    readonly attempts: number;
    /** The last request that may have started work, until the outcome may be another request's. */
    readonly sent: SentRequest | null;
    /** When it last asked for the Droplet alone to be deleted; null: not, or not since another request. */
    readonly deletedAtMs: number | null;
    /** Refusals since the last accepted request. */
    readonly refusals: number;
    /** When the first of these came, lost answers aside; null: none came. */
    readonly refusedAtMs: number | null;
    /** DigitalOcean's answer to the last request without effect; of a delete of the Droplet alone, why it got lost. */
    readonly lastRefusal: string | null;
    /** Whether there was a pause since the last attempt or refusal. */
    readonly rested: boolean;
    /** Whether a destroy was seen running since the last request. */
    readonly ran: boolean;
    /** When this run first saw the end of a destroy that it sent or saw running. */
    readonly endSeenAtMs: number | null;
    /** When the status was last read, and since when its destroy may be running. */
    readonly history: PollHistory;
    /** Leftovers whose delete was tried in this pass. */
    readonly tried: readonly AssociatedResource[];
    /** Leftovers that were announced. */
    readonly leftovers: readonly AssociatedResource[];
    /** The last plan for the Droplet with its list; null: none. */
    readonly plan: Plan | null;
    /** Whether everything that a Droplet that is gone had has been looked up. */
    readonly accounted: boolean;
    readonly shutdown: Shutdown;
    readonly snapshot: SnapshotProgress;
    /** Permanent lines that were written, by topic. */
    readonly announced: ReadonlyMap<Topic, string>;
    /** An answer that could not be used, until the run has waited. */
    readonly trouble: Error | null;
    /** The last answer that could not be used. */
    readonly noNews: string | null;
    /** How many requests were last admitted together. */
    readonly admitted: number;
}

/** A request that may have started work. */
interface SentRequest {
    readonly answer: "accepted" | "lost";
    readonly resources: readonly ResourceRef[];
    readonly atMs: number;
    /** The status before the request, which may still show for a while. */
    readonly before: DestroyStatus;
}

/** How far the shutdown before the destroy has come. */
interface Shutdown {
    readonly state: "none" | "requested" | "off";
    /** Since when the run has been waiting for it; null: it has not begun. */
    readonly sinceMs: number | null;
    /** The epoch of the last request for it; null: none. */
    readonly askedIn: number | null;
    readonly isOver: boolean;
}

/** How far the final snapshot has come. */
export interface SnapshotProgress {
    /** What the run waits for; null: nothing. */
    readonly wait: SnapshotWait | null;
    /** The action that this run requested or found in progress; null: none yet. */
    readonly begun: {
        readonly by: "us" | "lost request" | "others";
        /** When it was sent, or its end was seen. */
        readonly atMs: number;
        /** Ids of the final snapshots that existed when we requested ours; null: somebody else requested it. */
        readonly before: readonly string[] | null;
    } | null;
    /** Requests without a visible effect. */
    readonly refusals: number;
    readonly lost: number;
    /** One of an earlier run that serves; null: none, or not known yet. */
    readonly earlier: { readonly id: string; readonly ageMs: number } | null;
    /** Why the run has given up on it. */
    readonly failure: { readonly why: string; readonly error: ApiError | null } | null;
}

export type SnapshotWait =
    | { readonly for: "action"; readonly actionId: number; readonly sinceMs: number }
    /** The next read will tell. */
    | { readonly for: "time"; readonly pauseMs: number; readonly why: string };

type Topic = "plan" | "leftovers" | "final snapshot" | "shutdown";

/** Everything that a run knows. Plain data: any state can be the first one of a new process. */
export interface State {
    readonly findings: Findings;
    readonly progress: Progress;
}

/** A request that changes something. */
export type Change =
    | { readonly do: "destroy"; readonly resources: readonly AssociatedResource[] }
    /** Repeats what the last status names. */
    | { readonly do: "retry"; readonly resources: readonly AssociatedResource[] }
    | { readonly do: "delete droplet" }
    | { readonly do: "delete resource"; readonly resource: AssociatedResource }
    | { readonly do: "shut down" }
    /** `before`: ids of the final snapshots that exist. */
    | { readonly do: "take snapshot"; readonly name: string; readonly before: readonly string[] };

export type Outcome =
    | SubmitOutcome
    | StartOutcome
    /** Refused for good. */
    | { readonly kind: "failed"; readonly error: ApiError };

/** What a step notes before it is performed. */
export interface Notes {
    /** What becomes of each resource. */
    readonly plan?: Plan;
    /** Whether the plan is for what a Droplet that is gone left behind. */
    readonly isGone?: boolean;
    /** Leftovers that are announced. */
    readonly leftovers?: readonly AssociatedResource[];
    readonly shutdown?: Partial<Shutdown>;
    readonly snapshot?: Partial<SnapshotProgress>;
}

/** What happened in a run. Its events, in order, make its state. */
export type Event =
    | { readonly is: "noted"; readonly notes: Notes }
    | {
          readonly is: "answered";
          readonly question: Question;
          readonly said: Said;
          readonly at: Omit<Reading, "nth">;
      }
    | {
          readonly is: "changed";
          readonly change: Change;
          readonly outcome: Outcome;
          readonly at: Omit<Reading, "nth">;
      }
    | { readonly is: "admitted"; readonly count: number }
    | { readonly is: "waited"; readonly rests: boolean; readonly endsPass: boolean }
    | { readonly is: "said"; readonly topic: Topic; readonly text: string }
    | (NoNews & { readonly question: Question; readonly at: Omit<Reading, "nth"> });

/** A run before its first step. */
export function begin(dropletId: number, recorded: readonly AssociatedResource[], nowMs: number): State {
    const progress: Progress = {
        rounds: 0,
        attempts: 0,
        sent: null,
        deletedAtMs: null,
        refusals: 0,
        refusedAtMs: null,
        lastRefusal: null,
        rested: false,
        ran: false,
        endSeenAtMs: null,
        history: { acceptedAtMs: nowMs, lastSentAtMs: null },
        tried: [],
        leftovers: [],
        plan: null,
        accounted: false,
        shutdown: { state: "none", sinceMs: null, askedIn: null, isOver: false },
        snapshot: { wait: null, begun: null, refusals: 0, lost: 0, earlier: null, failure: null },
        announced: new Map(),
        trouble: null,
        noNews: null,
        admitted: 0,
    };
    return { findings: beginFindings(dropletId, recorded), progress };
}

/** Whether something was, or may have been, destroyed during this run. */
export function hasBegun({ rounds, attempts, sent, ran }: Progress): boolean {
    return rounds + attempts > 0 || sent !== null || ran;
}

/** The only writer: state and event to state. */
export function after(state: State, event: Event): State {
    const { findings, progress } = state;
    switch (event.is) {
        case "noted":
            return afterNotes(state, event.notes);
        case "answered":
            return afterAnswered(state, event);
        case "changed":
            return afterChange(state, event);
        case "admitted":
            return { findings, progress: { ...progress, admitted: event.count } };
        case "waited": {
            const { attempts, tried, rested, snapshot } = progress;
            const wait = snapshot.wait?.for === "time" ? null : snapshot.wait;
            return {
                findings,
                progress: {
                    ...progress,
                    attempts: event.endsPass ? attempts + 1 : attempts,
                    tried: event.endsPass ? [] : tried,
                    rested: rested || event.rests,
                    trouble: null,
                    snapshot: { ...snapshot, wait },
                },
            };
        }
        case "said": {
            const { topic, text } = event;
            const announced = new Map(progress.announced).set(topic, text);
            const isOver = progress.shutdown.isOver || topic === "shutdown";
            return {
                findings,
                progress: { ...progress, announced, shutdown: { ...progress.shutdown, isOver } },
            };
        }
        case "no news": {
            const { question, error, at } = event;
            // What an earlier list showed is not current any more.
            const isList = question.about === "list";
            return {
                findings: isList
                    ? afterAnswer(findings, question, { is: "unreadable", error }, at)
                    : findings,
                progress: { ...progress, trouble: error, noNews: error.message },
            };
        }
    }
}

function afterNotes({ findings, progress }: State, notes: Notes): State {
    const { plan, isGone = false, leftovers = progress.leftovers, shutdown, snapshot } = notes;
    return {
        findings: plan === undefined ? findings : { ...findings, evidence: planned(findings.evidence, plan) },
        progress: {
            ...progress,
            plan: plan === undefined || isGone ? progress.plan : plan,
            accounted: progress.accounted || isGone,
            leftovers,
            shutdown: { ...progress.shutdown, ...shutdown },
            snapshot: { ...progress.snapshot, ...snapshot },
        },
    };
}

function afterAnswered(state: State, { question, said, at }: Extract<Event, { is: "answered" }>): State {
    const findings = afterAnswer(state.findings, question, said, at);
    const { progress } = state;
    switch (question.about) {
        case "destroy":
            return said.is === "read"
                ? afterStatus({ findings, progress }, at.atMs)
                : { findings, progress: asked(progress, at.atMs) };
        case "droplet":
            return {
                findings,
                progress: { ...progress, shutdown: afterDroplet(progress.shutdown, findings) },
            };
        case "action":
            return {
                findings,
                progress: { ...progress, snapshot: afterAction(progress.snapshot, said, at) },
            };
        default:
            return { findings, progress };
    }
}

/** If the status shows exactly what was sent, a lost request did arrive. */
function afterStatus({ findings, progress }: State, nowMs: number): State {
    const status = destroyStatus(findings);
    const { sent } = progress;
    const ran = progress.ran || status.state === "running";
    const effect = sent !== null && showsEffect(status, sent);
    const arrived: Partial<Progress> =
        effect && sent.answer === "lost" && isOurs(status, sent)
            ? { ...counted(progress), sent: { ...sent, answer: "accepted" } }
            : {};
    const ended = status.state === "completed" && (ran || effect);
    const endSeenAtMs = ended ? (progress.endSeenAtMs ?? nowMs) : null;
    return owned({ findings, progress: asked({ ...progress, ...arrived, ran, endSeenAtMs }, nowMs) });
}

/** Whatever the answer was: the next poll counts from it, or it would be due at once. */
function asked(progress: Progress, nowMs: number): Progress {
    return { ...progress, history: { ...progress.history, lastSentAtMs: nowMs } };
}

/** Whose the last status is. */
function owned({ findings, progress }: State): State {
    return { findings: { ...findings, isOurs: isOurs(destroyStatus(findings), progress.sent) }, progress };
}

/** Waiting for the shutdown ends when the Droplet is off, or gone. */
function afterDroplet(shutdown: Shutdown, findings: Findings): Shutdown {
    if (shutdown.sinceMs === null || shutdown.isOver) {
        return shutdown;
    }
    const droplet = answerTo(findings, DROPLET);
    const isOff = droplet?.is === "read" && droplet.value.status === "off";
    const isOver = isOff || droplet?.is === "absent";
    return { ...shutdown, isOver, state: isOff ? "off" : shutdown.state };
}

function afterAction(
    snapshot: SnapshotProgress,
    said: Said,
    { atMs }: Omit<Reading, "nth">,
): SnapshotProgress {
    const action = said.is === "read" ? (said.value as DropletAction) : null;
    if (action?.state === "in-progress") {
        return snapshot;
    }
    const { begun } = snapshot;
    const failed = action?.state === "errored" && begun?.by === "us";
    const why = `DigitalOcean could not take it (action ${action?.id} ended with an error)`;
    const isLate = begun === null && action?.state === "completed";
    return {
        ...snapshot,
        wait: isLate ? { for: "time", pauseMs: LIST_LAG_MS, why: "waiting for a snapshot to show" } : null,
        begun: begun === null ? null : { ...begun, atMs },
        failure: failed ? { why, error: null } : snapshot.failure,
    };
}

function afterChange(state: State, event: Extract<Event, { is: "changed" }>): State {
    const { change, outcome, at } = event;
    const { findings, progress } = state;
    switch (change.do) {
        case "destroy":
            return afterDestroy(state, outcome, change.resources, change.resources, at.atMs);
        case "retry":
            return afterDestroy(state, outcome, namedIn(destroyStatus(findings)), change.resources, at.atMs);
        case "delete droplet":
            return owned({ findings, progress: afterDelete(progress, outcome, at.atMs) });
        case "delete resource":
            return afterRemove(state, change.resource, outcome, at);
        case "shut down": {
            const requested = outcome.kind === "accepted" ? { state: "requested" as const } : {};
            const shutdown = { ...progress.shutdown, askedIn: at.epoch, ...requested };
            return { findings, progress: { ...progress, shutdown } };
        }
        case "take snapshot": {
            const snapshot = afterSnapshot(progress.snapshot, change.before, outcome, state, at.atMs);
            return { findings, progress: { ...progress, snapshot } };
        }
    }
}

const SENT = {
    rested: false,
    endSeenAtMs: null,
    ran: false,
    tried: [],
    deletedAtMs: null,
} as const;

function afterDestroy(
    { findings, progress }: State,
    outcome: Outcome,
    named: readonly ResourceRef[],
    resources: readonly AssociatedResource[],
    nowMs: number,
): State {
    const sent = { resources: named, atMs: nowMs, before: destroyStatus(findings) };
    const history = { acceptedAtMs: nowMs, lastSentAtMs: null };
    switch (outcome.kind) {
        case "accepted": {
            const asked = note(findings.evidence, resources, () => ({ asked: true, failure: null }));
            const accepted = { ...counted(progress), ...SENT, history };
            return owned({
                findings: { ...findings, evidence: asked },
                progress: { ...accepted, sent: { ...sent, answer: "accepted" } },
            });
        }
        case "lost": {
            // Counts as a refusal unless its effect shows.
            const { refusedAtMs } = progress;
            const refused = refusedWith(progress, outcome.message, nowMs);
            const lost = { ...refused, ...SENT, refusedAtMs, history };
            return owned({ findings, progress: { ...lost, sent: { ...sent, answer: "lost" } } });
        }
        default:
            return owned({ findings, progress: afterRefused(progress, outcome, nowMs) });
    }
}

/** What came of asking for the Droplet alone to be deleted, the Droplet will tell. */
function afterDelete(progress: Progress, outcome: Outcome, nowMs: number): Progress {
    if (outcome.kind !== "accepted" && outcome.kind !== "lost") {
        return afterRefused(progress, outcome, nowMs);
    }
    const history = { acceptedAtMs: nowMs, lastSentAtMs: null };
    const lastRefusal = outcome.kind === "lost" ? outcome.message : null;
    return { ...counted(progress), ...SENT, sent: null, deletedAtMs: nowMs, lastRefusal, history };
}

function afterRefused(
    progress: Progress,
    outcome: Exclude<Outcome, { kind: "accepted" | "lost" }>,
    nowMs: number,
): Progress {
    switch (outcome.kind) {
        case "stale":
            return progress;
        case "failed":
            return refusedWith(progress, outcome.error.message, nowMs);
        default:
            return refusedWith(progress, outcome.message, nowMs);
    }
}

/** From now on, a status is not known to be ours. */
function refusedWith(progress: Progress, message: string, nowMs: number): Progress {
    const refusals = progress.refusals + 1;
    const refusedAtMs = progress.refusedAtMs ?? nowMs;
    const refused = { refusals, refusedAtMs, lastRefusal: message };
    return { ...progress, ...refused, sent: null, rested: false, endSeenAtMs: null };
}

function counted(progress: Progress): Progress {
    const { rounds, attempts } = progress;
    return {
        ...progress,
        rounds: rounds + 1,
        attempts: attempts + 1,
        refusals: 0,
        refusedAtMs: null,
        lastRefusal: null,
    };
}

const FALSE_404 = "DigitalOcean answered 404 to its delete, but it is still there";

function afterRemove(
    { findings, progress }: State,
    resource: AssociatedResource,
    outcome: Outcome,
    at: Omit<Reading, "nth">,
): State {
    if (outcome.kind === "stale") {
        return { findings, progress };
    }
    const nth = findings.reads + 1;
    const evidence = note(findings.evidence, [resource], () => {
        switch (outcome.kind) {
            case "accepted":
                return { deleted: true };
            case "gone": {
                // One 404: its own endpoint has to confirm it.
                const own: Answer<Placement> = { is: "absent", times: 1, at: { ...at, nth } };
                return { own, failure: FALSE_404 };
            }
            case "failed":
                return { failure: outcome.error.message };
            default:
                return { failure: outcome.message };
        }
    });
    const tried = [...progress.tried, resource];
    return { findings: { ...findings, evidence, reads: nth }, progress: { ...progress, tried } };
}

/** How late a snapshot that somebody has taken may appear in a list. */
const LIST_LAG_MS = 20_000;
const LAG_PAUSE_MS = 3_000;

function afterSnapshot(
    snapshot: SnapshotProgress,
    before: readonly string[],
    outcome: Outcome,
    { findings }: State,
    nowMs: number,
): SnapshotProgress {
    switch (outcome.kind) {
        case "accepted": {
            const actionId = "action" in outcome ? outcome.action.id : 0;
            const wait = { for: "action", actionId, sinceMs: nowMs } as const;
            return { ...snapshot, begun: { by: "us", atMs: nowMs, before }, refusals: 0, wait };
        }
        case "lost": {
            const why = "looking for the final snapshot";
            const wait = { for: "time", pauseMs: LAG_PAUSE_MS, why } as const;
            const begun = { by: "lost request", atMs: nowMs, before } as const;
            return { ...snapshot, begun, lost: snapshot.lost + 1, wait };
        }
        case "limited":
        case "stale":
            return snapshot;
        case "failed":
            return { ...snapshot, failure: { why: outcome.error.message, error: outcome.error } };
        default: {
            if (outcome.kind === "busy" && !isPassing(outcome.message, findings)) {
                return { ...snapshot, failure: { why: outcome.message, error: null } };
            }
            const pauseMs = backoffMs(snapshot.refusals);
            const why = "the droplet is busy with something else · the final snapshot waits";
            return { ...snapshot, refusals: snapshot.refusals + 1, wait: { for: "time", pauseMs, why } };
        }
    }
}

/** A 422 is a pending event, or a refusal that waiting would not fix. */
function isPassing(message: string, findings: Findings): boolean {
    const actions = answerTo(findings, ACTIONS);
    const running = actions?.is === "read" ? actions.value : [];
    return /pending event|locked/i.test(message) || running.some(({ state }) => state === "in-progress");
}

/** Whether the status can only come from the request: it is running, or ended differently than before. */
export function showsEffect(status: DestroyStatus, { before }: SentRequest): boolean {
    return (
        status.state === "running" || (status.state === "completed" && inOrder(status) !== inOrder(before))
    );
}

/** A status as text. Its lists have no order: the same one may come in another at the next read. */
function inOrder(status: DestroyStatus): string {
    const resources = namedIn(status).map((one) => JSON.stringify(one));
    return JSON.stringify({ ...status, resources: resources.sort() });
}

/**
 * Whether a status is that of this run's request: it was accepted and nothing else was touched, or its answer
 * was lost and the status lists exactly what was sent.
 */
function isOurs(status: DestroyStatus, sent: SentRequest | null): boolean {
    if (sent === null || status.state === "none" || !showsEffect(status, sent)) {
        return false;
    }
    const { resources, before } = sent;
    const named = namedIn(status);
    // A status may still list what an earlier round destroyed.
    const gone = destroyedIn(before);
    const touched = named
        .filter(({ destroyedAt, error }) => destroyedAt !== null || error !== null)
        .filter((one) => !gone.some((other) => sameResource(one, other)));
    return sent.answer === "accepted"
        ? isWithin(touched, resources)
        : isWithin(named, resources) && isWithin(resources, named);
}

/** One step of a run. */
export type Step = {
    /** What to note before it. */
    readonly notes?: Notes;
} &
    /** `reserve`: begin a new epoch, in which this many requests are admitted together; 0: as they come. */
    (
        | { readonly do: "ask"; readonly questions: readonly Question[]; readonly reserve: number }
        /** Wait, which begins a new epoch, then ask. */
        | Wait
        | {
              readonly do: "say";
              readonly topic: Topic;
              readonly text: string;
              /** What is about to be destroyed. */
              readonly droplet?: Droplet;
          }
        /** `since`: the oldest reading that it depends on; it is not sent if something has waited since then. */
        | { readonly do: "change"; readonly change: Change; readonly since: Reading }
        /** `error`: what ends it before its end. */
        | { readonly do: "end"; readonly error: Error | null }
    );

export interface Wait {
    readonly do: "wait";
    readonly until: { readonly ms: number } | "a poll is due";
    readonly says: string;
    readonly then: readonly Question[];
    /** Whether it is the pause before the next attempt. */
    readonly rests?: boolean;
    /** Whether it ends a pass over leftovers that has failed. */
    readonly endsPass?: boolean;
}

/** The moment at which a step is chosen. */
export interface Now {
    /** Monotonic time. */
    readonly ms: number;
    readonly wallMs: number;
    readonly epoch: number;
    /** Requests admitted together: none, or some between which nothing has waited, or something has. */
    readonly group: "none" | "whole" | "broken";
}

/** A read is stale after this time, even without a wait. */
export const MAX_FRESH_MS = 60_000;

const FIRST_BACKOFF_MS = 3_000;
const MAX_BACKOFF_MS = 60_000;

/** The pause after a refusal, doubled with each before it. */
export function backoffMs(before: number): number {
    return Math.min(FIRST_BACKOFF_MS * 2 ** before, MAX_BACKOFF_MS);
}

export function waitFor(ms: number, says: string): Wait {
    return { do: "wait", until: { ms }, says, then: [] };
}

/** Before what could not be used is read again. */
export function tryAgain(why: string): Wait {
    return waitFor(NO_NEWS_PAUSE_MS, `${nextTry(NO_NEWS_PAUSE_MS)} · ${why}`);
}

/** Before what contradicts itself is read again. */
export const READ_AGAIN = tryAgain("DigitalOcean's answers contradict each other");

/** "next try in 12s" */
export function nextTry(ms: number): string {
    return `next try in ${formatDuration(ms)}`;
}

export function withNotes(step: Step, notes: Notes): Step {
    return { ...step, notes: { ...step.notes, ...notes } };
}
