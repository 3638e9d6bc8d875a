import { mark, release } from "./ownership/registry.js";
import { desiredOutcomeOf } from "./requests.js";
import { inventoryOf, listInventory } from "./sighting.js";
import type { RecordState, Sighting } from "./state.js";
import type { Task } from "./task.js";
import { resourcePhrase } from "./teardown/format.js";
import { isWithin } from "./teardown/model.js";
import { keptBy } from "./teardown/policy.js";

/**
 * What is known before a record is updated. A replaced Droplet becomes a predecessor, which the engine was asked
 * to delete. We release one that is retained (`retainOnDelete`) or handed back (`enabled: false`).
 */
export async function succeedTo(
    before: RecordState,
    { state, client: { ownership }, signal }: Task<RecordState>,
): Promise<Sighting> {
    const { dropletId, tag } = before.inputs;
    const known = before.seen;
    if (!before.inputs.enabled) {
        return known;
    }
    if (isReplaced(before, state)) {
        await mark(tag, dropletId, ownership, signal);
        return { ...known, predecessors: [...new Set([...known.predecessors, dropletId])] };
    }
    const { inputs } = state;
    if (dropletId !== inputs.dropletId || !inputs.enabled || tag.toLowerCase() !== inputs.tag.toLowerCase()) {
        await release(tag, dropletId, ownership, signal);
    }
    return known;
}

/**
 * Announces what a replaced Droplet has besides its snapshots: the official provider deletes only the Droplet, and
 * no destroy of this stack finds the rest. What the program keeps, and what the new Droplet has by now, is not lost.
 */
export async function announceStaying(
    before: RecordState,
    successor: Sighting,
    task: Task<RecordState>,
): Promise<void> {
    const { state, client, plugin, signal } = task;
    const { dropletId } = before.inputs;
    if (!isReplaced(before, state)) {
        return;
    }
    // What of a kind that the token cannot see was recorded stays in the successor's record, so nothing is probed.
    const listed = await listInventory(dropletId, [], client.api, signal);
    const { keep } = desiredOutcomeOf(state.inputs, dropletId, plugin.runtime.env);
    const staying = inventoryOf(listed, before.seen, []).filter(
        (one) =>
            one.kind !== "snapshot" &&
            !isWithin([one], successor.inventory) &&
            keptBy(one, keep) === undefined,
    );
    if (staying.length > 0) {
        const named = staying.map(resourcePhrase).join("; ");
        await task.announce(
            `droplet ${dropletId} is replaced, and what else it has is not deleted with it: ${named}`,
        );
    }
}

/** Whether the engine was asked to delete the recorded Droplet, because another one takes its place. */
function isReplaced({ inputs }: RecordState, now: RecordState): boolean {
    return inputs.enabled && !inputs.retained && inputs.dropletId !== now.inputs.dropletId;
}
