import type { Clock } from "../polling/clock.js";
import type { DropletApi } from "../teardown/ports.js";
import type { Droplet } from "../teardown/model.js";
import { hasTag } from "../teardown/guards.js";
import type { Handoff } from "./declarations.js";
import { markTag, type Memory, memoryTag, type OwnershipApi, readMemory } from "./tag-names.js";
import { type Candidate, carriesAnother, hasProgramName, type ProgramNames } from "./verdict.js";
import { ForbiddenError } from "../teardown/errors.js";

/** How late a new Droplet, or its new tag, may appear in a list. */
const LIST_LAG_MS = 5_000;

export type FindingApi = Pick<OwnershipApi, "tagged" | "tags"> & Pick<DropletApi, "droplet">;

/** Where to look for an executor's Droplets. */
export interface Traces {
    readonly executorTag: string;
    /** What the record reported in this process; null: nothing. */
    readonly handoff: Handoff | null;
    /** The account's Droplets with a GPU, which the list by tag may leave out; they may have changed since. */
    readonly gpuDroplets: readonly Droplet[];
}

/** Droplets that may be an executor's. */
export interface FoundDroplets {
    readonly candidates: readonly Candidate[];
    /** Whether one request read everything; then each Droplet is current. */
    readonly atOnce: boolean;
}

/**
 * Finds every Droplet that may be an executor's: those that carry its tag, those reported in this process, and
 * those that the account's tags remember. The last are read only if nothing carries the tag or was reported.
 */
export async function findCandidates(
    { executorTag, handoff, gpuDroplets }: Traces,
    api: FindingApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<FoundDroplets> {
    const withGpu = gpuDroplets.filter((droplet) => hasTag(droplet, executorTag));
    let tagged = await api.tagged(executorTag, signal);
    const isWhole = tagged.length > 0 && handoff !== null;
    const memory: Memory = isWhole
        ? { remembered: new Set(), marked: new Set() }
        : readMemory(executorTag, await api.tags(signal));
    const known = tagged.length + withGpu.length + memory.remembered.size + (handoff?.droplets.size ?? 0);
    if (known === 0) {
        await clock.sleep(LIST_LAG_MS, signal);
        tagged = await api.tagged(executorTag, signal);
    }
    const ids = new Set([
        ...[...tagged, ...withGpu].map(({ id }) => id),
        ...(handoff?.droplets.keys() ?? []),
        ...memory.remembered,
    ]);
    const candidates = await Promise.all(
        [...ids].map(async (id) => {
            const marked = memory.marked.has(id) || handoff?.droplets.get(id)?.marked === true;
            const seen = tagged.find((one) => one.id === id) ?? (await api.droplet(id, signal));
            return {
                id,
                // One that nobody has let go is only taken for gone, and so for nobody's, after two answers.
                droplet: seen ?? (marked ? null : await api.droplet(id, signal)),
                remembered: memory.remembered.has(id) || handoff?.droplets.has(id) === true,
                marked,
            };
        }),
    );
    return { candidates, atOnce: isWhole && tagged.length === ids.size };
}

/** Existing Droplets with a program's name and without any executor's tag. */
export async function findUntagged(
    executorTag: string,
    names: ProgramNames,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<Droplet[]> {
    const found =
        names.dropletName === null ? await api.droplets(signal) : await api.named(names.dropletName, signal);
    return found.filter(
        (droplet) => hasProgramName(droplet.name, names) && !carriesAnother(droplet, executorTag),
    );
}

/** Every Droplet with an executor's tag, as read now: one that is only in the shared list is read again. */
export async function findTagged(
    executorTag: string,
    api: FindingApi & Pick<OwnershipApi, "gpuDroplets">,
    signal: AbortSignal,
): Promise<readonly Droplet[]> {
    const tagged = await api.tagged(executorTag, signal);
    const unlisted = (await api.gpuDroplets(signal)).filter(
        (droplet) => hasTag(droplet, executorTag) && !tagged.some(({ id }) => id === droplet.id),
    );
    const current = await Promise.all(unlisted.map(({ id }) => api.droplet(id, signal)));
    const stillTagged = current.flatMap((droplet) =>
        droplet !== null && hasTag(droplet, executorTag) ? [droplet] : [],
    );
    return [...tagged, ...stillTagged];
}

/** Records that the engine was asked to delete a Droplet. */
export function mark(
    executorTag: string,
    dropletId: number,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<void> {
    return api.createTag(markTag(executorTag, dropletId), signal);
}

/** Takes back that the engine was asked to delete a Droplet. */
export function unmark(
    executorTag: string,
    dropletId: number,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<void> {
    return api.deleteTag(markTag(executorTag, dropletId), signal);
}

/** Releases a Droplet that stays: removes the tag, and forgets it. */
export async function release(
    executorTag: string,
    dropletId: number,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<void> {
    await api.untag(executorTag, dropletId, signal);
    await forget(executorTag, dropletId, api, signal);
}

/** Forgets a Droplet. The mark is deleted last: a Droplet that is gone and marked may be cleaned up again. */
export async function forget(
    executorTag: string,
    dropletId: number,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<void> {
    await api.deleteTag(memoryTag(executorTag, dropletId), signal);
    await api.deleteTag(markTag(executorTag, dropletId), signal);
}

/**
 * Deletes every tag of an executor, so that nothing of it stays in the account.
 * @param isLast called when its own tags are gone: whether no other executor of the stack is running that would
 * handle the stack's tag, which is deleted with the last Droplet that carries it
 * @returns what could not be deleted, one line each; that does not fail a destroy
 */
export async function forgetAll(
    { tag: executorTag, stackTag }: { readonly tag: string; readonly stackTag: string },
    dropletIds: readonly number[],
    isLast: () => boolean,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<string[]> {
    try {
        for (const id of dropletIds) {
            await forget(executorTag, id, api, signal);
        }
        await api.deleteTag(executorTag, signal);
        if (isLast() && (await api.tagCount(stackTag, signal)) === 0) {
            await api.deleteTag(stackTag, signal);
        }
        return [];
    } catch (error) {
        if (error instanceof ForbiddenError) {
            return [
                `the token may not delete tags (scope tag:delete), so tags that begin with ${executorTag} stay in the account`,
            ];
        }
        throw error;
    }
}
