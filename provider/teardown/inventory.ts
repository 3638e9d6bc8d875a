import { MissingScopeError } from "./errors.js";
import type { KeepRule } from "./keep.js";
import { makePlan, type Plan } from "./plan.js";
import { POLICY_PROPERTY, type ResolvedPolicy } from "./policy.js";
import type { DropletApi } from "./ports.js";
import type { DestroyStatus } from "./status.js";
import { resourcesOf } from "./tally.js";
import { RESOURCE_KINDS, type AssociatedResource, type ResourceKind } from "./resource.js";

/** The scopes with which DigitalOcean lists a kind; without them the kind looks empty. */
export const READ_SCOPES: Record<ResourceKind, readonly string[]> = {
    reserved_ip: ["reserved_ip:read"],
    snapshot: ["image:read", "snapshot:read"],
    volume: ["block_storage:read"],
    volume_snapshot: ["block_storage_snapshot:read", "snapshot:read"],
};

export interface Wishes {
    readonly policy: ResolvedPolicy;
    readonly keep: readonly KeepRule[];
}

/** A Droplet, and what is wished for it. */
export interface Inquiry extends Wishes {
    readonly dropletId: number;
    /** The inventory of an earlier day: it knows the costs that a status does not tell. */
    readonly recorded: readonly AssociatedResource[];
}

/**
 * What a teardown of a Droplet that is there would do, whether the policy prevents it or not; null where the
 * Droplet went in the meantime.
 * @throws MissingScopeError where a kind that the plan depends on may only look empty
 */
export async function planFromList(
    inquiry: Inquiry,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan | null> {
    const inventory = await api.associated(inquiry.dropletId, signal);
    if (inventory === null) {
        return null;
    }
    await refuseUnreadable(inventory, inquiry.policy, api, signal);
    return planFor(inventory, inquiry, api, signal);
}

/**
 * The plan for a Droplet that is gone. Nothing is left to prevent: what has not gone with it stays. Nothing
 * is unmatched either: a status does not speak of what was kept.
 */
export async function planFromStatus(
    status: DestroyStatus,
    inquiry: Inquiry,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan> {
    const plan = await planFor(resourcesOf(status, inquiry.recorded), inquiry, api, signal);
    return { ...plan, keep: [...plan.keep, ...plan.prevented], prevented: [], unmatched: [] };
}

/**
 * Plans for an inventory that has been read from the API.
 * @throws MissingScopeError where a kind that the plan depends on may only look empty
 */
export async function planFor(
    inventory: readonly AssociatedResource[],
    wishes: Wishes,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan> {
    const first = makePlan({ inventory, ...wishes, snapshotsOfKeptVolumes: new Set() });
    if (!needsOwners(first, wishes.policy)) {
        return first;
    }
    const volumes = first.keep.filter((resource) => resource.kind === "volume");
    const owned = await Promise.all(volumes.map((volume) => api.volumeSnapshots(volume.id, signal)));
    const snapshotsOfKeptVolumes = new Set(owned.flatMap((ids) => ids ?? []));
    return makePlan({ inventory, ...wishes, snapshotsOfKeptVolumes });
}

/** A kind that cannot be read is not an empty kind: makes sure of each kind that is missing and would matter. */
async function refuseUnreadable(
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const doubtful = RESOURCE_KINDS.filter((kind) => !has(inventory, kind)).filter((kind) =>
        matters(kind, inventory, policy),
    );
    const readable = await Promise.all(doubtful.map((kind) => api.canRead(kind, signal)));
    const hidden = doubtful.filter((_, index) => readable[index] === false);
    if (hidden.length > 0) {
        const properties = hidden.map((kind) => POLICY_PROPERTY[kind]).join(", ");
        const scopes = [...new Set(hidden.flatMap((kind) => READ_SCOPES[kind]))].join(", ");
        throw new MissingScopeError(
            `the token may not read ${properties}, so what is to become of them cannot be told. ` +
                `Give it the scope ${scopes}, or keep what depends on it by the policy`,
        );
    }
}

/** Whether a plan would be another one if there were resources of the kind after all. */
function matters(
    kind: ResourceKind,
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
): boolean {
    if (policy[POLICY_PROPERTY[kind]] !== "keep") {
        return true;
    }
    // A volume out of sight would be kept, and with it the snapshots of it that are in sight.
    return kind === "volume" && followVolumes(policy) && has(inventory, "volume_snapshot");
}

function has(inventory: readonly AssociatedResource[], kind: ResourceKind): boolean {
    return inventory.some((resource) => resource.kind === kind);
}

function followVolumes(policy: ResolvedPolicy): boolean {
    return policy.volumeSnapshotsOfKeptVolumes !== policy.volumeSnapshots;
}

/** Whether it matters which volume a volume snapshot belongs to. */
function needsOwners(plan: Plan, policy: ResolvedPolicy): boolean {
    return (
        followVolumes(policy) &&
        has(plan.keep, "volume") &&
        has([...plan.destroy, ...plan.prevented], "volume_snapshot")
    );
}
