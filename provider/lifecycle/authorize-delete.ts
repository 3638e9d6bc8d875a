import { leftBehindText, stillLeft } from "./left-behind.js";
import { forget, mark, unmark } from "../ownership/registry.js";
import { markTag } from "../ownership/tag-names.js";
import { isTagged, releasedText, trace, type Traced } from "./predecessors.js";
import { requestOfRecord } from "../stored/requests.js";
import { completed } from "./sighting.js";
import type { RecordState } from "../stored/state.js";
import type { Task } from "../access/task.js";
import { findDroplet, preflight } from "../teardown/assess.js";
import type { Evidence, Findings } from "../teardown/findings.js";
import { dropletLabel } from "../teardown/format.js";
import { MissingTagError } from "../teardown/errors.js";
import type { Plan } from "../teardown/plan.js";
import { errorOf } from "../teardown/refusals.js";
import { type Droplet, hasTag, isWithin, KINDS_OF_THE_LIST } from "../teardown/model.js";

/** Why a Droplet may not go, and what was read for that. */
export interface Refused {
    readonly cause: Error;
    readonly findings: Findings;
    readonly plan: Plan | null;
}

/** Null: it is gone. */
export function findRecorded({ state, client, signal }: Task<RecordState>): Promise<Droplet | null> {
    return findDroplet(state.inputs.dropletId, client.api, signal);
}

/**
 * Lets a recorded Droplet go: marks it and hands its inventory to its executor, which is deleted after the record
 * and may then destroy it.
 * @param droplet as just read; null: it is gone
 * @returns whatever the executor would refuse; null: it may go
 * @throws RefusedError if its tag is missing, or the token may be another team's
 */
export async function authorizeDelete(
    droplet: Droplet | null,
    task: Task<RecordState>,
): Promise<Refused | null> {
    const { state, client, signal } = task;
    const left = await stillLeft(state.seen.leftBehind, client.api, signal);
    // A refresh that missed the Droplet itself has noted it as well.
    const predecessors = state.seen.predecessors.filter((one) => one.dropletId !== state.inputs.dropletId);
    const traced = await trace(predecessors, client.api, signal);
    const refused = await (droplet === null ? handOffGone(left, task) : handOff(droplet, left, task));
    if (refused === null) {
        await handOffPredecessors(traced, task);
        // The executor reports it as well, unless this run stops before; then nothing else knows of it.
        const { keep } = requestOfRecord(state, task.plugin.runtime.env);
        const lines = leftBehindText(left, keep);
        await (lines.length > 0 ? task.announce(lines.join("\n")) : undefined);
    }
    return refused;
}

/** It may have been somebody else's at its end, so it is not marked: its leftovers are only reported. */
async function handOffGone(left: readonly Evidence[], task: Task<RecordState>): Promise<null> {
    await task.confirmTeam();
    return handOffUnmarked(null, left, task);
}

function handOffUnmarked(
    droplet: Droplet | null,
    left: readonly Evidence[],
    { state, plugin }: Task<RecordState>,
): null {
    const { tag, dropletId, attached } = state.inputs;
    const recorded = [...state.seen.inventory, ...left];
    const unread = { recorded, unrecorded: KINDS_OF_THE_LIST, archives: [], attached };
    plugin.handoff.handOver(tag, dropletId, { droplet, marked: false, ...unread });
    return null;
}

async function handOff(
    droplet: Droplet,
    left: readonly Evidence[],
    task: Task<RecordState>,
): Promise<Refused | null> {
    const { tag, enabled } = task.state.inputs;
    if (hasTag(droplet, tag)) {
        return markOwn(droplet, left, task);
    }
    if (isTagged(droplet)) {
        // It is another executor's: only what it leaves, should it be gone by then, is reported.
        return handOffUnmarked(droplet, left, task);
    }
    if (enabled) {
        throw new MissingTagError(tag);
    }
    return null;
}

/** Marks it last: whoever takes it out of the state after a destroy that stopped here has to take that back. */
async function markOwn(
    droplet: Droplet,
    left: readonly Evidence[],
    task: Task<RecordState>,
): Promise<Refused | null> {
    const { state, plugin, client, signal } = task;
    const { dropletId, tag, attached } = state.inputs;
    const { inventory } = state.seen;
    const request = requestOfRecord(state, plugin.runtime.env);
    const { findings, judgement } = await preflight(droplet, request, client.api, signal);
    const evidence = [...findings.evidence, ...left.filter((one) => !isWithin([one], findings.evidence))];
    if (judgement.is === "refused") {
        const plan = "plan" in judgement ? judgement.plan : null;
        return { cause: errorOf(judgement.refusal, false), findings: { ...findings, evidence }, plan };
    }
    const { destroy, keep, unread } = judgement.plan;
    const fresh = [...destroy, ...keep].map((one) => completed(one, inventory));
    const older = evidence.filter((one) => !isWithin([one], fresh));
    await mark(tag, dropletId, client.ownership, signal);
    const read = { recorded: [...older, ...fresh], unrecorded: unread, archives: [], attached };
    plugin.handoff.handOver(tag, dropletId, { droplet, marked: true, ...read });
    await task.announce(
        `${dropletLabel(dropletId, droplet.name)} may be destroyed from now on; if this run stops before that, ` +
            `\`pulumi up\` takes it back, or \`doctl compute tag delete ${markTag(tag, dropletId)} --force\``,
    );
    return null;
}

/**
 * Hands over each predecessor that may have left something. Its snapshots are accounted for once, with it; what else it
 * had, with the recorded Droplet.
 */
async function handOffPredecessors(traced: readonly Traced[], task: Task<RecordState>): Promise<void> {
    const { tag, dropletId } = task.state.inputs;
    const { predecessors } = task.state.seen;
    const { handoff } = task.plugin;
    const own = handoff.of(tag)?.droplets.get(dropletId);
    if (own !== undefined) {
        const others = traced.flatMap(({ snapshots, archives }) => [...snapshots, ...archives]);
        handoff.handOver(tag, dropletId, {
            ...own,
            recorded: own.recorded.filter((known) => !isWithin([known], others)),
        });
    }
    for (const one of traced) {
        const wasReleased = predecessors.some((known) => known.dropletId === one.dropletId && known.released);
        await (wasReleased && one.released ? leave(one, task) : handOffPredecessor(one, task));
    }
}

/** A refresh has said that it is somebody else's. */
async function leave({ dropletId, droplet }: Traced, task: Task<RecordState>): Promise<void> {
    const { state, plugin, client, signal } = task;
    const { tag } = state.inputs;
    await forget(tag, dropletId, client.ownership, signal);
    plugin.handoff.released(tag, dropletId);
    if (droplet !== null) {
        await task.announce(releasedText(droplet));
    }
}

/** One without its tag is not marked, and so is judged as any other Droplet without it. */
async function handOffPredecessor(
    one: Traced,
    { state, plugin, client, signal }: Task<RecordState>,
): Promise<void> {
    const { tag } = state.inputs;
    const { dropletId, droplet, released, archives } = one;
    if (archives.length > 0) {
        // A later run does not know which they are, and then only reports what is left.
        await unmark(tag, dropletId, client.ownership, signal);
    }
    plugin.handoff.handOver(tag, dropletId, {
        droplet: released ? droplet : null,
        marked: !released,
        recorded: [],
        unrecorded: [],
        archives,
        attached: [],
    });
}
