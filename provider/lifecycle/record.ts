import { announceOldExpiry, forgetUnrecordedExpiry } from "./expiry.js";
import { findTagged } from "../ownership/registry.js";
import {
    hasExecutorTag,
    hasProgramName,
    hasSameName,
    type Memory,
    readMemory,
    resourceNameIn,
} from "../ownership/verdict.js";
import {
    matters,
    mergeInventory,
    type Present,
    releasedText,
    trace,
    type Traced,
    untraced,
} from "./sighting.js";
import {
    NOTHING_SEEN,
    type Predecessor,
    recordedAt,
    type RecordState,
    type Sighting,
} from "../stored/state.js";
import type { Task } from "../access/plugin.js";
import { listInventory, withStatus } from "../teardown/assess.js";
import { RefusedError, UNSTOPPABLE } from "../teardown/errors.js";
import { beginFindings } from "../teardown/findings.js";
import { dropletLabel, dropletPhrase } from "../teardown/format.js";
import { type Droplet, hasTag, isWithin, RESOURCE_KINDS } from "../teardown/model.js";

/** A Droplet that may be recorded. */
interface Recordable extends Present {
    /** Records it at DigitalOcean; the last step, after everything that can fail. */
    readonly remember: () => Promise<void>;
}

/** Records a Droplet that was never recorded. */
export async function createRecord(task: Task<RecordState>): Promise<Sighting> {
    await task.refuseTeamUnlike(task.state.inputs.team);
    await forgetUnrecordedExpiry(undefined, task);
    const { sighting, remember } = await inspectDroplet(NOTHING_SEEN, task);
    await remember();
    await announceOldExpiry(null, task);
    return sighting;
}

/**
 * Verifies that the executor will find the Droplet and no other, and reads its inventory.
 * @throws RefusedError if the Droplet does not carry the executor's tag, or another one does
 */
export async function inspectDroplet(before: Sighting, task: Task<RecordState>): Promise<Recordable> {
    const { signal } = task;
    const { api, ownership, shared } = task.client;
    const { dropletId, enabled, tag } = task.state.inputs;
    const finding = { ...ownership, ...shared, findDroplet: (id: number) => task.findDroplet(id) };
    const recorded = RESOURCE_KINDS.filter((kind) => before.inventory.some((one) => one.kind === kind));
    const [tagged, tags, listed] = await Promise.all([
        enabled ? findTagged(tag, finding, signal) : [],
        enabled ? shared.tags(signal) : [],
        listInventory(dropletId, recorded, api, signal),
    ]);
    const droplet = tagged.find(({ id }) => id === dropletId) ?? (await task.findDroplet(dropletId));
    if (droplet === null) {
        throw new RefusedError(
            `there is no Droplet ${dropletId} that this token can see (404); check that the token belongs to ` +
                "the team of the Droplet, and run `pulumi refresh` where the Droplet was deleted by hand",
            "droplet-not-found",
        );
    }
    const memory = readMemory(tag, tags);
    const others = await findOthers(before, memory, task);
    if (enabled) {
        await checkIsTagged(droplet, task);
        const known = [dropletId, ...before.predecessors.map((one) => one.dropletId)];
        const unknown = [...tagged, ...others.living].filter(({ id }) => !known.includes(id));
        const each = [...new Map(unknown.map((one) => [one.id, one])).values()];
        await refuseOthers(each, droplet, memory, task);
    }
    const [account, traced] = await Promise.all([
        api.account(signal),
        trace([...before.predecessors, ...others.predecessors], task),
    ]);
    const inventory = mergeInventory(listed, before, traced);
    const predecessors = traced.filter(matters);
    for (const { droplet: old, released } of traced.slice(before.predecessors.length)) {
        if (old !== null && released) {
            await task.announce(releasedText(old));
        }
    }
    const sighting = {
        ...NOTHING_SEEN,
        inventory,
        accountId: account?.id ?? before.accountId,
        recordedAt: recordedAt(before, inventory, task.plugin.runtime.clock.now()),
        predecessors: predecessors.map(untraced),
        leftBehind: before.leftBehind.filter((one) => !isWithin([one], inventory)),
    };
    return {
        droplet,
        sighting,
        gaps: listed,
        remember: async () => (enabled ? rememberOnly(predecessors, memory, task) : undefined),
    };
}

/** What the account's tags remember beside the Droplet and the predecessors in state. */
interface Others {
    /** Of an unfinished destroy: what they left follows the policy. */
    readonly predecessors: readonly Predecessor[];
    /** They carry the tag. */
    readonly living: readonly Droplet[];
}

async function findOthers(
    { predecessors }: Sighting,
    { remembered, marked }: Memory,
    task: Task<RecordState>,
): Promise<Others> {
    const { dropletId, tag } = task.state.inputs;
    const known = [dropletId, ...predecessors.map((one) => one.dropletId)];
    const replacedAt = new Date(task.serverNow()).toISOString();
    const ids = [...remembered].filter((id) => !known.includes(id));
    const droplets = await Promise.all(ids.map((id) => task.findDroplet(id)));
    // One that lives without its tag is somebody else's by now, and is not forgotten without a word.
    const isLeft = (id: number, droplet: Droplet | null): boolean =>
        droplet === null ? marked.has(id) : !hasExecutorTag(droplet);
    return {
        predecessors: ids
            .filter((id, index) => isLeft(id, droplets[index] ?? null))
            .map((id) => ({ dropletId: id, replacedAt, released: false })),
        living: droplets.flatMap((one) => (one !== null && hasTag(one, tag) ? [one] : [])),
    };
}

/** Updates the memory at DigitalOcean: the unmarked Droplet, and predecessors that left something. */
async function rememberOnly(
    predecessors: readonly Traced[],
    { remembered, marked, alone }: Memory,
    task: Task<RecordState>,
): Promise<void> {
    const { dropletId, tag } = task.state.inputs;
    const memory = task.memory(tag);
    const kept = predecessors.map((one) => one.dropletId);
    const others = [...remembered].filter((id) => id !== dropletId && !kept.includes(id));
    for (const id of others) {
        await memory.forget({ id, alone: alone.has(id) });
    }
    for (const { dropletId: id, released } of predecessors) {
        if (released === marked.has(id)) {
            await (released ? memory.unmark({ id, alone: alone.has(id) }) : memory.markAlone(id));
        }
    }
    // Last, because a destroy refuses a Droplet that is remembered but has no record in state.
    await (marked.has(dropletId)
        ? memory.unmark({ id: dropletId, alone: alone.has(dropletId) })
        : memory.remember(dropletId));
}

/** With `import`, the tags come with the next update; until then, a destroy refuses. */
async function checkIsTagged(droplet: Droplet, task: Task<RecordState>): Promise<void> {
    const { tag, imported } = task.state.inputs;
    if (hasTag(droplet, tag)) {
        return;
    }
    const label = dropletLabel(droplet.id, droplet.name);
    if (!imported) {
        throw new RefusedError(
            `${label} does not carry the tag ${tag}, so it could not be found when it is to be destroyed. ` +
                "Something overwrites its tags, perhaps a transformation: let it keep those that it gets, then run `pulumi up --refresh`",
            "not-tagged",
        );
    }
    await task.announce(
        `${label} is imported as it is: run \`pulumi up\` once more to put its tag on; until then \`pulumi destroy\` refuses`,
    );
}

/** @throws RefusedError if there are any */
async function refuseOthers(
    others: readonly Droplet[],
    own: Droplet,
    { remembered, marked }: Memory,
    task: Task<RecordState>,
): Promise<void> {
    if (others.length === 0) {
        return;
    }
    const { tag, resourceUrn } = task.state.inputs;
    const staying = await withoutRunning(others, task);
    const [first] = staying;
    if (first === undefined) {
        throw new RefusedError(
            `${others.map(dropletPhrase).join("; ")}: of an unfinished destroy; ${UNSTOPPABLE}. ` +
                "Run `pulumi up` again once it is gone",
            "needs-decision",
        );
    }
    const resourceName = resourceNameIn(resourceUrn);
    // Pulumi gives no name twice: one that has the same is a copy, unless the program names it.
    const isTaken = (other: Droplet): boolean =>
        marked.has(other.id) ||
        (!remembered.has(other.id) &&
            hasProgramName(other.name, { resourceName, dropletName: null }) !== hasSameName(other, own));
    throw new RefusedError(
        `${staying.map(dropletPhrase).join("; ")}: of an unfinished destroy or an interrupted \`pulumi up\`; it still runs, and no stack manages it. ` +
            `Destroy it with \`npx pulumi-droplet-teardown destroy ${first.id}\`, or keep it with ` +
            `\`doctl compute droplet untag ${first.id} --tag-name ${tag}\`; then run \`pulumi up\` again. ` +
            (staying.every(isTaken)
                ? "`pulumi destroy` takes it together with the new one"
                : "`pulumi destroy` refuses until that is decided"),
        "needs-decision",
    );
}

/** Those whose destroy is not known to be running: nobody can decide about the others any more. */
async function withoutRunning(
    droplets: readonly Droplet[],
    { client: { api }, signal }: Task<RecordState>,
): Promise<Droplet[]> {
    const known = await Promise.all(
        droplets.map((one) => withStatus(beginFindings(one.id, [], one), api, signal)),
    );
    return droplets.filter((_, index) => known[index]?.runningSince === null);
}
