import { findTagged, forget, mark } from "./ownership/registry.js";
import { markTag, type Memory, memoryTag, readMemory } from "./ownership/tag-names.js";
import { findDroplet, goneOf, inventoryOf, listInventory, surviving } from "./sighting.js";
import { recordedAt, type RecordState, type Sighting } from "./state.js";
import type { Task } from "./task.js";
import { RefusedError } from "./teardown/errors.js";
import { dropletLabel, monthly } from "./teardown/format.js";
import { has } from "./teardown/guards.js";
import { hasTag } from "./teardown/tags.js";
import { type Droplet, RESOURCE_KINDS } from "./teardown/model.js";

/**
 * Verifies that the executor will find the Droplet and no other, then records it at DigitalOcean and reads its
 * inventory.
 * @throws RefusedError if the Droplet does not carry the executor's tag, or another one does
 */
export async function recordDroplet(before: Sighting, task: Task<RecordState>): Promise<Sighting> {
    const { signal } = task;
    const { api, ownership, shared } = task.client;
    const { dropletId, enabled, tag } = task.state.inputs;
    const finding = {
        ...ownership,
        ...shared,
        droplet: (id: number, asking: AbortSignal) => api.droplet(id, asking),
    };
    const tagged = enabled ? await findTagged(tag, finding, signal) : [];
    const droplet = tagged.find(({ id }) => id === dropletId) ?? (await findDroplet(dropletId, api, signal));
    if (droplet === null) {
        throw new RefusedError(
            `there is no Droplet ${dropletId} that this token can see (404); check that the token belongs to ` +
                "the team of the Droplet, and run `pulumi refresh` where the Droplet was deleted by hand",
        );
    }
    const memory = readMemory(tag, enabled ? await shared.tags(signal) : []);
    if (enabled) {
        await refuseUntagged(droplet, task);
        refuseOthers(tagged, dropletId, before.predecessors, tag);
    }
    const found = await goneOf(
        [...memory.marked].filter((id) => id !== dropletId && !before.predecessors.includes(id)),
        api,
        signal,
    );
    const known = [...before.predecessors, ...found];
    const recorded = RESOURCE_KINDS.filter((kind) => has(before.inventory, kind));
    const [listed, account, ancestry] = await Promise.all([
        listInventory(dropletId, recorded, api, signal),
        api.account(signal),
        surviving(known, api, signal),
    ]);
    const { predecessors } = ancestry;
    if (enabled) {
        await rememberOnly(predecessors, memory, task);
    }
    const inventory = inventoryOf(listed, before, ancestry.snapshots);
    return {
        inventory,
        accountId: account?.id ?? before.accountId,
        recordedAt: recordedAt(before, inventory, task.plugin.runtime.clock.now()),
        predecessors,
    };
}

/** Updates the memory at DigitalOcean: the unmarked Droplet, and predecessors that left something. */
async function rememberOnly(
    predecessors: readonly number[],
    { remembered, marked }: Memory,
    { state, client: { ownership }, signal }: Task<RecordState>,
): Promise<void> {
    const { dropletId, tag } = state.inputs;
    const others = [...remembered].filter((id) => id !== dropletId && !predecessors.includes(id));
    for (const id of others) {
        await forget(tag, id, ownership, signal);
    }
    for (const id of predecessors.filter((one) => !marked.has(one))) {
        await mark(tag, id, ownership, signal);
    }
    if (marked.has(dropletId)) {
        await ownership.deleteTag(markTag(tag, dropletId), signal);
    }
    // Last, because a destroy refuses a Droplet that is remembered but has no record in state.
    await ownership.createTag(memoryTag(tag, dropletId), signal);
}

/** With `import`, the tags come with the next update; until then, a destroy refuses. */
async function refuseUntagged(droplet: Droplet, task: Task<RecordState>): Promise<void> {
    const { tag, imported } = task.state.inputs;
    if (hasTag(droplet, tag)) {
        return;
    }
    const label = dropletLabel(droplet.id, droplet.name);
    if (!imported) {
        throw new RefusedError(
            `${label} does not carry the tag ${tag}, so it could not be found when it is to be destroyed. ` +
                "Something overwrites its tags, perhaps a transformation: let it keep those that it gets, then run `pulumi up --refresh`",
        );
    }
    await task.announce(
        `${label} is imported as it is: run \`pulumi up\` once more to put its tag on; until then \`pulumi destroy\` refuses`,
    );
}

function refuseOthers(
    tagged: readonly Droplet[],
    dropletId: number,
    predecessors: readonly number[],
    tag: string,
): void {
    const others = tagged.filter(({ id }) => id !== dropletId && !predecessors.includes(id));
    if (others.length === 0) {
        return;
    }
    const named = others.map(
        (droplet) => `${dropletLabel(droplet.id, droplet.name)}, ${monthly(droplet.monthlyPrice)}`,
    );
    const [first] = others;
    throw new RefusedError(
        `${named.join("; ")}: of an unfinished destroy or an interrupted \`pulumi up\`, still alive and in nobody's state. ` +
            `Destroy it with \`npx pulumi-droplet-teardown destroy ${first?.id}\`, or keep it with ` +
            `\`doctl compute droplet untag ${first?.id} --tag-name ${tag}\`; then run \`pulumi up\` again. ` +
            "`pulumi destroy` takes it together with the new one",
    );
}
