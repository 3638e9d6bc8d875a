import { FinalSnapshotError, ForbiddenError, RefusedError } from "./errors.js";
import {
    ACTIONS,
    answerTo,
    DROPLET,
    type Findings,
    isProvenAbsent,
    OWN_SNAPSHOTS,
    type Reading,
    type ValueOf,
} from "./findings.js";
import { dropletLabel, formatDuration, printable } from "./format.js";
import type { Seen } from "./judge.js";
import type { Droplet } from "./model.js";
import { FINAL_REASON, finalSnapshotName, isFinal } from "./plan.js";
import type { DropletAction, DropletSnapshot } from "./ports.js";
import {
    hasBegun,
    type Notes,
    type Now,
    READ_AGAIN,
    type SnapshotProgress,
    type SnapshotWait,
    type State,
    type Step,
    waitFor,
    withNotes,
} from "./progress.js";
import type { TeardownRequest } from "./request.js";

const PAUSE_MS = 3_000;
/** A Droplet that has not shut down by then is destroyed as it is. */
const MAX_SHUTDOWN_MS = 120_000;
/** The rest of the time is for the destroy. */
const MAX_SHARE_OF_TIMEOUT = 0.5;

/** Starts to shut a Droplet down; null: it is not to be shut down, or has been. */
export function beginShutdown(
    { droplet, at }: Seen,
    { progress: { shutdown } }: State,
    { gracefulShutdown }: TeardownRequest,
    now: Now,
): Step | null {
    if (!gracefulShutdown || shutdown.isOver || droplet.status === "off") {
        return null;
    }
    return request(at, { shutdown: { sinceMs: now.ms } });
}

/** Waits until it is off or gone, but not for ever; null: nothing to wait for. */
export function awaitShutdown(
    { findings, progress }: State,
    { timeoutMs }: TeardownRequest,
    now: Now,
): Step | null {
    const { sinceMs, state, askedIn, isOver } = progress.shutdown;
    if (sinceMs === null || isOver) {
        return null;
    }
    const limitMs = Math.min(MAX_SHUTDOWN_MS, timeoutMs * MAX_SHARE_OF_TIMEOUT);
    if (now.ms - sinceMs >= limitMs) {
        const label = dropletLabel(findings.dropletId, findings.lastSeen?.name ?? null);
        const failure = state === "none" ? "could not be shut down" : "did not shut down";
        const text = `${label} ${failure} within ${formatDuration(limitMs)} and is destroyed as it is`;
        return { do: "say", topic: "shutdown", text };
    }
    const droplet = answerTo(findings, DROPLET);
    if (state === "none" && askedIn !== now.epoch && droplet !== null) {
        return request(droplet.at);
    }
    const busy = state === "none" ? " · it is busy with something else" : "";
    return { ...waitFor(PAUSE_MS, `waiting for the droplet to shut down${busy}`), then: [DROPLET] };
}

function request(since: Reading, notes: Notes = {}): Step {
    return { do: "change", change: { do: "shut down" }, since, notes };
}

/** Poll interval of an action: a tenth of its age, within these bounds. Snapshots take minutes to an hour. */
const MIN_POLL_MS = 5_000;
const MAX_POLL_MS = 30_000;
/** Interval between reads of a list that may lag, and how long it may lag. */
const LAG_PAUSE_MS = 3_000;
const MAX_LAG_MS = 20_000;
const MAX_LOST = 3;
/** An older snapshot is of another, unfinished destroy: the Droplet may have been in use since. */
const MAX_CURRENT_MS = 24 * 3_600_000;

/** The next step towards the final snapshot; null: none is requested, or it exists. */
export function nextSnapshot(
    { droplet, at: since }: Seen,
    state: State,
    request: TeardownRequest,
    now: Now,
): Step | null {
    const { template, suffix } = request.finalSnapshot;
    if (template === null) {
        return null;
    }
    const { snapshot, announced } = state.progress;
    if (snapshot.failure !== null) {
        return refusal(snapshot.failure, state, request);
    }
    // In this order, an action that ends in between shows in the list of snapshots.
    const actions = currentAnswer(ACTIONS, "actions", state.findings, now);
    if ("do" in actions) {
        return actions;
    }
    const others = { by: "others", atMs: now.ms, before: null } as const;
    const running = actions.list.find(isSnapshotRunning);
    if (running !== undefined) {
        const wait = { for: "action", actionId: running.id, sinceMs: now.ms } as const;
        return follow(wait, snapshot.begun ?? others, now);
    }
    const snapshots = currentAnswer(OWN_SNAPSHOTS, "snapshots", state.findings, now);
    if ("do" in snapshots) {
        return snapshots;
    }
    const finals = snapshots.list.filter((one) => isFinal(one, request.finalSnapshot));
    if (finals.some((one) => isNew(one, snapshot))) {
        return null;
    }
    const earlier = finals.find(({ createdAtMs }) => isCurrent(createdAtMs, now));
    if (earlier !== undefined) {
        return snapshot.earlier?.id === earlier.id ? null : accept(earlier, droplet, now);
    }
    const begun = snapshot.begun ?? (isUnlisted(actions.list, snapshots.list, now) ? others : null);
    if (begun !== null && now.ms - begun.atMs < MAX_LAG_MS) {
        const why = "waiting for the final snapshot to show";
        return follow({ for: "time", pauseMs: LAG_PAUSE_MS, why }, begun, now);
    }
    const lost = whyLost(begun, snapshot);
    if (lost !== null) {
        return refusal({ why: lost, error: null }, state, request);
    }
    const name = finalSnapshotName(template, suffix, droplet.name, now.wallMs);
    const text = `${dropletLabel(droplet.id, droplet.name)}: takes the ${FINAL_REASON} ${printable(name)} before anything is destroyed`;
    if (announced.get("final snapshot") !== text) {
        return { do: "say", topic: "final snapshot", text };
    }
    const before = finals.map(({ id }) => id);
    return { do: "change", change: { do: "take snapshot", name, before }, since };
}

/**
 * Waits for a snapshot of the Droplet that somebody is taking, where snapshots are not to be destroyed: the list does
 * not show it yet. Null: none is being taken.
 */
export function awaitOthersSnapshot(state: State, { policy }: TeardownRequest, now: Now): Step | null {
    if (policy.snapshots === "destroy") {
        return null;
    }
    // Read before the Droplet's list: an action that ends in between shows there.
    const actions = answerTo(state.findings, ACTIONS);
    if (actions?.at.epoch !== now.epoch) {
        return { do: "ask", questions: [ACTIONS], reserve: 0 };
    }
    if (actions.is === "unreadable" && policy.snapshots === "prevent") {
        return { do: "end", error: actions.error };
    }
    const running = actions.is === "read" ? actions.value.find(isSnapshotRunning) : undefined;
    if (running === undefined) {
        return null;
    }
    const wait = { for: "action", actionId: running.id, sinceMs: now.ms } as const;
    return withNotes(awaitSnapshot(wait, state.progress.snapshot, now), { snapshot: { wait } });
}

function isSnapshotRunning({ type, state }: DropletAction): boolean {
    return type === "snapshot" && state === "in-progress";
}

/** One poll of what the run waits for. */
export function awaitSnapshot(
    wait: SnapshotWait,
    { begun }: Pick<SnapshotProgress, "begun">,
    now: Now,
): Step {
    if (wait.for === "time") {
        return waitFor(wait.pauseMs, wait.why);
    }
    const { actionId, sinceMs } = wait;
    const pauseMs = Math.min(Math.max((now.ms - sinceMs) / 10, MIN_POLL_MS), MAX_POLL_MS);
    const says = begun === null ? "waiting for a snapshot that is being taken" : "taking the final snapshot";
    return { ...waitFor(pauseMs, says), then: [{ about: "action", actionId }] };
}

function follow(wait: SnapshotWait, begun: SnapshotProgress["begun"], now: Now): Step {
    return withNotes(awaitSnapshot(wait, { begun }, now), { snapshot: { wait, begun } });
}

/** A list of the Droplet, read in this epoch, or the step that is needed to have it. */
function currentAnswer<Q extends typeof ACTIONS | typeof OWN_SNAPSHOTS>(
    question: Q,
    what: string,
    findings: Findings,
    now: Now,
): Step | { readonly list: ValueOf<Q> } {
    const answer = answerTo(findings, question);
    if (answer?.at.epoch !== now.epoch) {
        return { do: "ask", questions: [question], reserve: 0 };
    }
    switch (answer.is) {
        case "read":
            return { list: answer.value };
        case "absent":
            return isProvenAbsent(answer)
                ? {
                      do: "end",
                      error: new RefusedError(`the list of the droplet's ${what} answers 404`, "unreadable"),
                  }
                : READ_AGAIN;
        case "unreadable":
            return { do: "end", error: answer.error };
    }
}

/** Whether this run has taken it. */
function isNew({ id }: DropletSnapshot, { begun }: SnapshotProgress): boolean {
    return begun?.before?.includes(id) === false;
}

/** One of an earlier run serves: the Droplet may have been in use since, so its age is said. */
function accept({ id, name, createdAtMs }: DropletSnapshot, droplet: Droplet, now: Now): Step {
    const ageMs = Math.max(now.wallMs - (createdAtMs ?? now.wallMs), 0);
    const label = dropletLabel(droplet.id, droplet.name);
    const text = `${label}: the ${FINAL_REASON} ${printable(name)} was taken ${formatDuration(ageMs)} ago, and no other is taken`;
    return { do: "say", topic: "final snapshot", text, notes: { snapshot: { earlier: { id, ageMs } } } };
}

function isCurrent(atMs: number | null, { wallMs }: Now): boolean {
    return atMs !== null && Math.abs(wallMs - atMs) <= MAX_CURRENT_MS;
}

/**
 * Whether a snapshot was taken that no list shows, perhaps an earlier run's while the list lags. A listed snapshot is
 * that of one action: two may be of the same second.
 */
function isUnlisted(
    actions: readonly DropletAction[],
    snapshots: readonly DropletSnapshot[],
    now: Now,
): boolean {
    const taken = actions
        .filter(({ type, state }) => type === "snapshot" && state === "completed")
        .filter(({ startedAtMs }) => isCurrent(startedAtMs, now));
    const takenAt = (atMs: number | null): number => taken.filter((one) => one.startedAtMs === atMs).length;
    const listedAt = (atMs: number | null): number =>
        snapshots.filter(({ createdAtMs }) => createdAtMs === atMs).length;
    return taken.some(({ startedAtMs }) => takenAt(startedAtMs) > listedAt(startedAtMs));
}

/** Why a snapshot that was started, and shows in no list for long, cannot be taken; null: request it. */
function whyLost(begun: SnapshotProgress["begun"], { lost }: SnapshotProgress): string | null {
    if (begun?.by === "us") {
        return "DigitalOcean reports it as taken, but it is not among the droplet's snapshots";
    }
    return begun !== null && lost >= MAX_LOST ? `${lost} requests for it were not answered` : null;
}

function refusal(
    { why, error }: NonNullable<SnapshotProgress["failure"]>,
    { progress }: State,
    { finalSnapshot }: TeardownRequest,
): Step {
    const nothing = `nothing ${hasBegun(progress) ? "more " : ""}was destroyed`;
    const message = `${nothing}, because the ${FINAL_REASON} could not be taken: ${why}`;
    const cause = error ?? undefined;
    return {
        do: "end",
        error:
            error instanceof ForbiddenError
                ? new RefusedError(`${message}. Give the token the scope droplet:update`, "scope-missing", {
                      cause,
                  })
                : new FinalSnapshotError(message, finalSnapshot.suffix, { cause }),
    };
}
