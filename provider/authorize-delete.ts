import { mark } from "./ownership/registry.js";
import { carriesAnother } from "./ownership/verdict.js";
import { requestOfRecord } from "./requests.js";
import { completed, findDroplet, surviving } from "./sighting.js";
import type { RecordState } from "./state.js";
import type { Task } from "./task.js";
import { refuseWithoutTag } from "./teardown/guards.js";
import { hasTag } from "./teardown/tags.js";
import { type Droplet, isWithin, KINDS_OF_THE_LIST, sameResource } from "./teardown/model.js";
import { preflight } from "./teardown/round.js";

/** Null: it is gone. */
export function findRecorded({ state, client, signal }: Task<RecordState>): Promise<Droplet | null> {
    return findDroplet(state.inputs.dropletId, client.api, signal);
}

/**
 * Lets a recorded Droplet go: marks it and hands its inventory to its executor, which is deleted after the record
 * and may then destroy it.
 * @param droplet as just read; null: it is gone
 * @throws RefusedError for whatever the executor would refuse
 */
export async function authorizeDelete(droplet: Droplet | null, task: Task<RecordState>): Promise<void> {
    await (droplet === null ? handOffGone(task) : handOff(droplet, task));
    await handOffPredecessors(task);
}

/** It may have been somebody else's at its end, so it is not marked: its leftovers are only reported. */
async function handOffGone(task: Task<RecordState>): Promise<void> {
    await task.confirmTeam();
    handOffUnmarked(null, task);
}

function handOffUnmarked(droplet: Droplet | null, { state, plugin }: Task<RecordState>): void {
    const { tag, dropletId } = state.inputs;
    const unread = { recorded: state.seen.inventory, unrecorded: KINDS_OF_THE_LIST };
    plugin.handoff.handOver(tag, dropletId, { droplet, marked: false, ...unread });
}

async function handOff(droplet: Droplet, task: Task<RecordState>): Promise<void> {
    const { tag, enabled } = task.state.inputs;
    if (hasTag(droplet, tag)) {
        await markOwn(droplet, task);
    } else if (carriesAnother(droplet, tag)) {
        // It is another executor's: only what it leaves, should it be gone by then, is reported.
        handOffUnmarked(droplet, task);
    } else if (enabled) {
        refuseWithoutTag(droplet, tag);
    }
}

async function markOwn(
    droplet: Droplet,
    { state, plugin, client, signal }: Task<RecordState>,
): Promise<void> {
    const { dropletId, tag } = state.inputs;
    const { inventory } = state.seen;
    const request = requestOfRecord(state, plugin.runtime.env);
    const { destroy, keep, unread } = await preflight(droplet, request, client.api, signal);
    const fresh = [...destroy, ...keep].map((one) => completed(one, inventory));
    const older = inventory.filter((one) => !isWithin([one], fresh));
    await mark(tag, dropletId, client.ownership, signal);
    const read = { recorded: [...older, ...fresh], unrecorded: unread };
    plugin.handoff.handOver(tag, dropletId, { droplet, marked: true, ...read });
}

/**
 * Leftovers of predecessors are accounted for once, with the predecessors: their snapshots. What else they had was
 * announced when they were replaced.
 */
async function handOffPredecessors({ state, plugin, client, signal }: Task<RecordState>): Promise<void> {
    const { tag, dropletId } = state.inputs;
    const { predecessors } = state.seen;
    const { handoff } = plugin;
    const { snapshots } = await surviving(predecessors, client.api, signal);
    const own = handoff.of(tag)?.droplets.get(dropletId);
    if (own !== undefined) {
        const recorded = own.recorded.filter((known) => !snapshots.some((one) => sameResource(one, known)));
        handoff.handOver(tag, dropletId, { ...own, recorded });
    }
    for (const predecessor of predecessors) {
        const nothing = { droplet: null, recorded: [], unrecorded: [] };
        handoff.handOver(tag, predecessor, { ...nothing, marked: true });
    }
}
