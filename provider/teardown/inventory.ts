import { ForbiddenError, MissingScopeError, UnreadableError } from "./errors.js";
import type { FinalSnapshot } from "./final-snapshot.js";
import type { KeepRule } from "./keep.js";
import { makePlan, type Objection, type Plan } from "./plan.js";
import type { ResolvedPolicy } from "./policy.js";
import type { DropletApi } from "./ports.js";
import { RESOURCE_KINDS, type AssociatedResource, type Inventory } from "./resource.js";
import { refuseUnmatched } from "./unmatched.js";
import { followVolumes, has, READ_SCOPES, refuseHidden } from "./unread.js";
import { resourcePhrase } from "./wording.js";

export interface Wishes {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly KeepRule[];
    readonly finalSnapshot: FinalSnapshot;
}

/** A Droplet and its teardown settings. */
export interface Inquiry extends Wishes {
    readonly dropletId: number;
    /** The recorded inventory, which has the costs that a status lacks. */
    readonly recorded: readonly AssociatedResource[];
}

/** A list that could not be read: it may or may not be empty. */
export const NOTHING_READ: Inventory = { resources: [], unread: RESOURCE_KINDS };

const NO_OBJECTION: Objection = () => null;

/**
 * Plans a teardown of an existing Droplet, whether or not the policy prevents it; null if the list answers 404.
 * @throws RefusedError if something that the plan depends on is unknown
 */
export async function planFromList(
    inquiry: Inquiry,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan | null> {
    const inventory = await api.associated(inquiry.dropletId, signal);
    return inventory === null ? null : planFromInventory(inventory, inquiry, api, signal);
}

/**
 * Plans for the resources of a list, after checking every kind that is not in it.
 * @throws RefusedError if something that the plan depends on is unknown
 */
export async function planFromInventory(
    { resources, unread }: Inventory,
    inquiry: Inquiry,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan> {
    const missing = RESOURCE_KINDS.filter((kind) => !has(resources, kind) && !unread.includes(kind));
    const readable = await Promise.all(missing.map((kind) => api.canRead(kind, signal)));
    const hidden = [...unread, ...missing.filter((_, index) => readable[index] === false)];
    refuseHidden(hidden, resources, inquiry.policy);
    await refuseUnmatched(inquiry.keep, [...resources, ...inquiry.recorded], api, signal);
    return { ...(await planFor(resources, inquiry, api, signal)), unread: hidden };
}

/**
 * Plans for resources read from the API. Snapshots of a kept volume are kept.
 * @throws UnreadableError if the snapshots of such a volume cannot be read
 */
export async function planFor(
    inventory: readonly AssociatedResource[],
    wishes: Wishes,
    api: DropletApi,
    signal: AbortSignal,
    objection: Objection = NO_OBJECTION,
): Promise<Plan> {
    const input = { inventory, ...wishes, objection };
    const first = makePlan({ ...input, snapshotsOfKeptVolumes: new Set() });
    if (!needsOwners(first, wishes.policy)) {
        return first;
    }
    const volumes = first.keep.filter((resource) => resource.kind === "volume");
    const owned = await Promise.all(volumes.map((volume) => snapshotsOf(volume, api, signal)));
    return makePlan({ ...input, snapshotsOfKeptVolumes: new Set(owned.flat()) });
}

async function snapshotsOf(
    volume: AssociatedResource,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly string[]> {
    const why = `the snapshots of the kept ${resourcePhrase(volume)}, cannot be told from others`;
    try {
        const ids = await api.volumeSnapshots(volume.id, signal);
        if (ids !== null) {
            return ids;
        }
    } catch (error) {
        if (error instanceof ForbiddenError) {
            const scopes = READ_SCOPES.volume_snapshot.join(", ");
            throw new MissingScopeError(`${why}. Give the token the scope ${scopes}`, { cause: error });
        }
        throw error;
    }
    throw new UnreadableError(`${why}: DigitalOcean answers 404 to a request for them`);
}

/** Whether it matters which volume a volume snapshot belongs to. */
function needsOwners(plan: Plan, policy: ResolvedPolicy): boolean {
    return (
        followVolumes(policy) &&
        has(plan.keep, "volume") &&
        has([...plan.destroy, ...plan.prevented], "volume_snapshot")
    );
}
