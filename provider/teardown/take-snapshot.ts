import {
    ApiError,
    AuthenticationError,
    FinalSnapshotError,
    ForbiddenError,
    MissingScopeError,
    type RefusedError,
    UnreadableError,
} from "./errors.js";
import { FINAL_REASON, finalSnapshotName, isFinal } from "./final-snapshot.js";
import type { SnapshotMemory, SnapshotWait } from "./memory.js";
import type { DropletAction, DropletSnapshot, StartOutcome } from "./ports.js";
import type { Droplet } from "./model.js";
import type { Situation } from "./situation.js";
import { dropletLabel, printable } from "./format.js";

/** Poll interval of an action: a tenth of its age, within these bounds. Snapshots take minutes to an hour. */
const MIN_POLL_MS = 5_000;
const MAX_POLL_MS = 30_000;
/** Interval between reads of a list that may lag, and how long it may lag. */
const LAG_PAUSE_MS = 3_000;
const MAX_LAG_MS = 20_000;
/** Pause after a refusal, doubled with each. */
const FIRST_BACKOFF_MS = 3_000;
const MAX_BACKOFF_MS = 60_000;
const MAX_LOST = 3;
/** An older snapshot is of another, unfinished destroy: the Droplet may have been in use since. */
const MAX_CURRENT_MS = 24 * 3_600_000;

/**
 * Takes the final snapshot, unless none is requested. Data read before a wait is stale, so this only starts it:
 * `awaitSnapshot` waits, and the operation reads everything again.
 * @returns whether the destroy may go ahead, without a wait
 * @throws RefusedError if the snapshot cannot be taken
 */
export async function hasFinalSnapshot(droplet: Droplet, situation: Situation): Promise<boolean> {
    const { request, effects, signal, memory } = situation;
    const { template, suffix } = request.finalSnapshot;
    if (template === null) {
        return true;
    }
    if (memory.snapshot.failure !== null) {
        throw refusal(memory.snapshot.failure, situation);
    }
    // In this order, an action that ends in between shows in the list of snapshots.
    const actions = known(await effects.api.actions(droplet.id, signal), "actions");
    const running = actions.find(({ type, state }) => type === "snapshot" && state === "in-progress");
    if (running !== undefined) {
        note(situation, { begun: memory.snapshot.begun ?? begin("others", situation) });
        follow(running, situation);
        return false;
    }
    const snapshots = known(await effects.api.dropletSnapshots(droplet.id, signal), "snapshots");
    if (settle(snapshots, situation)) {
        return true;
    }
    if (memory.snapshot.begun === null && isUnlisted(actions, snapshots, situation)) {
        note(situation, { begun: begin("others", situation) });
    }
    if (maySoonShow(situation)) {
        wait(situation, {
            for: "time",
            pauseMs: LAG_PAUSE_MS,
            why: "waiting for the final snapshot to show",
        });
        return false;
    }
    const name = finalSnapshotName(template, suffix, droplet.name, effects.clock.now());
    await effects.throwIfAbandoned();
    const text = `${dropletLabel(droplet.id, droplet.name)}: takes the ${FINAL_REASON} ${printable(name)} before anything is destroyed`;
    await situation.announceOnce("final snapshot", text);
    const outcome = await ask(droplet.id, name, situation);
    conclude(outcome, actions, situation);
    return false;
}

/** One poll of what the run waits for. */
export async function awaitSnapshot(what: SnapshotWait, situation: Situation): Promise<void> {
    const { request, effects, signal } = situation;
    if (what.for === "time") {
        await situation.pause(what.pauseMs, what.why);
        note(situation, { wait: null });
        return;
    }
    const nowMs = effects.clock.monotonicMs();
    await situation.pause(pollMs(nowMs - what.sinceMs), "taking the final snapshot");
    await effects.throwIfAbandoned();
    const action = await effects.api.action(request.dropletId, what.actionId, signal);
    if (action?.state === "in-progress") {
        return;
    }
    const { begun } = situation.memory.snapshot;
    note(situation, {
        wait: null,
        begun: begun === null ? null : { ...begun, atMs: effects.clock.monotonicMs() },
    });
    if (action?.state === "errored" && begun?.by === "us") {
        note(situation, {
            failure: `DigitalOcean could not take it (action ${action.id} ended with an error)`,
        });
    }
}

function pollMs(ageMs: number): number {
    return Math.min(Math.max(ageMs / 10, MIN_POLL_MS), MAX_POLL_MS);
}

/** Records every existing final snapshot; returns whether one is of this destroy. */
function settle(snapshots: readonly DropletSnapshot[], situation: Situation): boolean {
    const { request, effects, ledger } = situation;
    const finals = snapshots.filter((snapshot) => isFinal(snapshot, request.finalSnapshot));
    finals.forEach((snapshot) => ledger.stays(snapshot, FINAL_REASON));
    const ids = finals.map(({ id }) => id);
    situation.request = { ...request, finalSnapshot: { ...request.finalSnapshot, ids } };
    const nowMs = effects.clock.now();
    const before = situation.memory.snapshot.begun?.before ?? null;
    return finals.some(
        ({ id, createdAtMs }) => before?.includes(id) === false || isCurrent(createdAtMs, nowMs),
    );
}

function isCurrent(atMs: number | null, nowMs: number): boolean {
    return atMs !== null && Math.abs(nowMs - atMs) <= MAX_CURRENT_MS;
}

/** Whether a snapshot was taken that no list shows, perhaps an earlier run's while the list lags. */
function isUnlisted(
    actions: readonly DropletAction[],
    snapshots: readonly DropletSnapshot[],
    { effects }: Situation,
): boolean {
    return actions
        .filter(({ type, state }) => type === "snapshot" && state === "completed")
        .filter(({ startedAtMs }) => isCurrent(startedAtMs, effects.clock.now()))
        .some(({ startedAtMs }) => !snapshots.some(({ createdAtMs }) => createdAtMs === startedAtMs));
}

/**
 * Whether a started snapshot may still be missing from lists.
 * @throws RefusedError if DigitalOcean reported ours as taken, and it is nowhere
 */
function maySoonShow(situation: Situation): boolean {
    const { begun, lost } = situation.memory.snapshot;
    if (begun === null) {
        return false;
    }
    if (situation.effects.clock.monotonicMs() - begun.atMs < MAX_LAG_MS) {
        return true;
    }
    if (begun.by === "us") {
        throw refusal(
            "DigitalOcean reports it as taken, but it is not among the droplet's snapshots",
            situation,
        );
    }
    if (lost >= MAX_LOST) {
        throw refusal(`${lost} requests for it were not answered`, situation);
    }
    return false;
}

async function ask(dropletId: number, name: string, situation: Situation): Promise<StartOutcome> {
    try {
        return await situation.effects.api.takeSnapshot(dropletId, name, situation.signal);
    } catch (error) {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            throw refusal(error.message, situation, error);
        }
        throw error;
    }
}

function conclude(outcome: StartOutcome, actions: readonly DropletAction[], situation: Situation): void {
    const { snapshot } = situation.memory;
    switch (outcome.kind) {
        case "accepted":
            note(situation, { begun: begin("us", situation), refusals: 0 });
            follow(outcome.action, situation);
            return;
        case "lost":
            note(situation, { begun: begin("lost request", situation), lost: snapshot.lost + 1 });
            wait(situation, { for: "time", pauseMs: LAG_PAUSE_MS, why: "looking for the final snapshot" });
            return;
        case "limited":
            return;
        case "gone":
        case "conflict":
        case "busy": {
            if (outcome.kind === "busy" && !isPassing(outcome.message, actions)) {
                throw refusal(outcome.message, situation);
            }
            note(situation, { refusals: snapshot.refusals + 1 });
            const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** snapshot.refusals, MAX_BACKOFF_MS);
            const why = "the droplet is busy with something else · the final snapshot waits";
            wait(situation, { for: "time", pauseMs, why });
            return;
        }
    }
}

/** A 422 is a pending event, or a refusal that waiting would not fix. */
function isPassing(message: string, actions: readonly DropletAction[]): boolean {
    return /pending event|locked/i.test(message) || actions.some(({ state }) => state === "in-progress");
}

function follow({ id }: DropletAction, situation: Situation): void {
    wait(situation, { for: "action", actionId: id, sinceMs: situation.effects.clock.monotonicMs() });
}

function begin(
    by: NonNullable<SnapshotMemory["begun"]>["by"],
    { effects, request }: Situation,
): SnapshotMemory["begun"] {
    const before = by === "others" ? null : request.finalSnapshot.ids;
    return { by, atMs: effects.clock.monotonicMs(), before };
}

function wait(situation: Situation, what: SnapshotWait): void {
    note(situation, { wait: what });
}

function note(situation: Situation, news: Partial<SnapshotMemory>): void {
    const { memory } = situation;
    situation.memory = { ...memory, snapshot: { ...memory.snapshot, ...news } };
}

function known<T>(list: readonly T[] | null, what: string): readonly T[] {
    if (list === null) {
        throw new UnreadableError(`the list of the droplet's ${what} answers 404`);
    }
    return list;
}

function refusal(why: string, { begun, request }: Situation, cause?: ApiError): RefusedError {
    const what = `nothing ${begun ? "more " : ""}was destroyed, because the ${FINAL_REASON} could not be taken`;
    const message = `${what}: ${why}`;
    return cause instanceof ForbiddenError
        ? new MissingScopeError(`${message}. Give the token the scope droplet:update`, { cause })
        : new FinalSnapshotError(message, request.finalSnapshot.suffix, { cause });
}
