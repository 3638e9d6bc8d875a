import { ForbiddenError } from "../teardown/errors.js";
import type { OwnershipApi } from "./ports.js";
import { markTag, memoryTag } from "./tag-names.js";

/** Records that the engine was asked to delete a Droplet. */
export function mark(
    executorTag: string,
    dropletId: number,
    api: OwnershipApi,
    signal: AbortSignal,
): Promise<void> {
    return api.createTag(markTag(executorTag, dropletId), signal);
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
