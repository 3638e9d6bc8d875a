import { ForbiddenError } from "./teardown/errors.js";
import type { DropletApi } from "./teardown/ports.js";
import type { AssociatedResource } from "./teardown/resource.js";

/** The predecessors that still matter, and the snapshots that they left behind. */
export interface Ancestry {
    readonly predecessors: readonly number[];
    readonly snapshots: readonly AssociatedResource[];
}

/** Forgets predecessors that left nothing. One that still exists is kept: it may be about to disappear. */
export async function surviving(
    predecessors: readonly number[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<Ancestry> {
    if (predecessors.length === 0) {
        return { predecessors, snapshots: [] };
    }
    const gone = await goneOf(predecessors, api, signal);
    const left = await Promise.all(gone.map((id) => snapshotsOf(id, api, signal)));
    const empty = gone.filter((_, index) => left[index]?.length === 0);
    return {
        predecessors: predecessors.filter((id) => !empty.includes(id)),
        snapshots: left.flatMap((snapshots) => snapshots ?? []),
    };
}

/** Null: the token cannot read snapshots, so nothing is known. */
async function snapshotsOf(
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly AssociatedResource[] | null> {
    try {
        return await api.snapshotsOf([dropletId], signal);
    } catch (error) {
        if (error instanceof ForbiddenError) {
            return null;
        }
        throw error;
    }
}

/** The Droplets of a list that no longer exist. */
export async function goneOf(
    dropletIds: readonly number[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<number[]> {
    const droplets = await Promise.all(dropletIds.map((id) => api.droplet(id, signal)));
    return dropletIds.filter((_, index) => droplets[index] === null);
}
