import { announceOldExpiry, forgetOldExpiry, forgetUnrecordedExpiry } from "./expiry.js";
import { hasExecutorTag, toStackTag } from "../ownership/verdict.js";
import { announceChange } from "./refresh.js";
import { mergeInventory } from "./sighting.js";
import { inspectDroplet } from "./record.js";
import { type RecordState, type Sighting, toDesiredOutcome } from "../stored/state.js";
import type { Task } from "../access/plugin.js";
import { listInventory } from "../teardown/assess.js";
import { resourcePhrase } from "../teardown/format.js";
import { type AssociatedResource, isWithin } from "../teardown/model.js";
import { keptBy } from "../teardown/policy.js";

/** The update of a record, whose Droplet may be another one than before. */
export async function updateRecord(before: RecordState, task: Task<RecordState>): Promise<Sighting> {
    await task.refuseTeamUnlike(task.state.inputs.team);
    await forgetUnrecordedExpiry(before.inputs.dropletExpiryTag, task);
    const { remember, ...now } = await inspectDroplet(await succeedTo(before, task), task);
    const seen = now.sighting;
    const left = isReplaced(before, task.state) ? await findLeftBehind(before, seen, task) : [];
    await remember();
    await markForFormerExecutor(before, seen, task);
    await forgetOldStack(before, task);
    await forgetOldExpiry(before.inputs.dropletExpiryTag, task);
    await announceOldExpiry(before.inputs.dropletId, task);
    await announceChange(before.inputs, now, task);
    return { ...seen, leftBehind: [...seen.leftBehind, ...left] };
}

/**
 * What is known before a record is updated. A replaced Droplet becomes a predecessor, which the engine was asked
 * to delete, unless somebody took its tag off before. We release one that is retained (`retainOnDelete`) or handed
 * back (`enabled: false`).
 */
async function succeedTo(before: RecordState, task: Task<RecordState>): Promise<Sighting> {
    const { state, client, signal } = task;
    const { ownership } = client;
    const { dropletId, tag } = before.inputs;
    const known = before.seen;
    if (!before.inputs.enabled) {
        return known;
    }
    if (isReplaced(before, state)) {
        const droplet = await task.findDroplet(dropletId);
        const replacedAt = new Date(task.serverNow()).toISOString();
        const others = known.predecessors.filter((one) => one.dropletId !== dropletId);
        const wasReleased = known.predecessors.some((one) => one.dropletId === dropletId && one.released);
        const released = droplet === null ? wasReleased : !hasExecutorTag(droplet);
        return { ...known, predecessors: [...others, { dropletId, replacedAt, released }] };
    }
    const { inputs } = state;
    if (dropletId !== inputs.dropletId || !inputs.enabled) {
        await task.memory(tag).release({ id: dropletId, alone: false });
        if (dropletId !== inputs.dropletId && before.inputs.dropletExpiryTag !== undefined) {
            await ownership.untag(before.inputs.dropletExpiryTag, dropletId, signal);
        }
    } else if (!isSameTag(tag, inputs.tag)) {
        // The former teardown remembers it until it is deleted: what else carries its tag by then is a copy.
        await ownership.untag(tag, dropletId, signal);
    }
    return known;
}

/** The executor that is replaced together with the Droplet destroys it by its own tag. */
async function markForFormerExecutor(
    before: RecordState,
    { predecessors }: Sighting,
    task: Task<RecordState>,
): Promise<void> {
    const { dropletId, tag } = before.inputs;
    const isOurs = predecessors.some((one) => one.dropletId === dropletId && !one.released);
    if (isOurs && !isSameTag(tag, task.state.inputs.tag)) {
        await task.memory(tag).markAlone(dropletId);
    }
}

/**
 * What a replaced Droplet has besides its snapshots, and the new one does not have: the official provider deletes only
 * the Droplet. Announces what the program does not keep.
 */
async function findLeftBehind(
    before: RecordState,
    successor: Sighting,
    task: Task<RecordState>,
): Promise<readonly AssociatedResource[]> {
    const { state, client, plugin, signal } = task;
    const { dropletId } = before.inputs;
    // What of a kind that the token cannot see was recorded stays in the successor's record, so nothing is probed.
    const listed = await listInventory(dropletId, [], client.api, signal);
    const left = mergeInventory(listed, before.seen, []).filter(
        (one) =>
            one.kind !== "snapshot" && !isWithin([one], [...successor.inventory, ...successor.leftBehind]),
    );
    const { keep } = toDesiredOutcome(state.inputs, dropletId, plugin.runtime.env);
    const unkept = left.filter((one) => keptBy(one, keep) === undefined);
    if (unkept.length > 0) {
        const named = unkept.map(resourcePhrase).join("; ");
        await task.announce(
            `droplet ${dropletId} is replaced, and what else it has is not deleted with it: ${named}`,
        );
    }
    return left;
}

/** After a rename of the stack or a move to another one, its Droplets carry another readable tag. */
async function forgetOldStack({ inputs }: RecordState, task: Task<RecordState>): Promise<void> {
    const old = toStackTag(inputs.resourceUrn);
    if (old !== null && old !== toStackTag(task.state.inputs.resourceUrn)) {
        await task.forgetIfUnused(old);
    }
}

/** Whether the engine was asked to delete the recorded Droplet, because another one takes its place. */
function isReplaced({ inputs }: RecordState, now: RecordState): boolean {
    return inputs.enabled && !inputs.retained && inputs.dropletId !== now.inputs.dropletId;
}

function isSameTag(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}
