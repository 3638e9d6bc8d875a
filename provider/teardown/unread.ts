import { MissingScopeError } from "./errors.js";
import { POLICY_PROPERTY, type ResolvedPolicy } from "./policy.js";
import type { AssociatedResource, ResourceKind } from "./resource.js";

/** The scopes with which DigitalOcean lists a kind; without them the kind looks empty. */
export const READ_SCOPES: Record<ResourceKind, readonly string[]> = {
    reserved_ip: ["reserved_ip:read"],
    snapshot: ["image:read"],
    volume: ["block_storage:read"],
    volume_snapshot: ["block_storage_snapshot:read"],
};

/**
 * A kind that cannot be read is not an empty kind.
 * @throws MissingScopeError if resources of the kind would change the plan
 */
export function refuseHidden(
    hidden: readonly ResourceKind[],
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
): void {
    const needed = hidden.filter((kind) => matters(kind, inventory, policy));
    if (needed.length > 0) {
        const properties = needed.map((kind) => POLICY_PROPERTY[kind]).join(", ");
        const scopes = [...new Set(needed.flatMap((kind) => READ_SCOPES[kind]))].join(", ");
        throw new MissingScopeError(
            `the token may not read ${properties}, so what is to become of them cannot be told. ` +
                `Give it the scope ${scopes}, or keep what depends on it by the policy`,
        );
    }
}

/** Whether resources of the kind would change the plan. */
function matters(
    kind: ResourceKind,
    inventory: readonly AssociatedResource[],
    policy: ResolvedPolicy,
): boolean {
    if (policy[POLICY_PROPERTY[kind]] !== "keep") {
        return true;
    }
    // An invisible volume would be kept, and with it its visible snapshots.
    return kind === "volume" && followVolumes(policy) && has(inventory, "volume_snapshot");
}

export function has(inventory: readonly AssociatedResource[], kind: ResourceKind): boolean {
    return inventory.some((resource) => resource.kind === kind);
}

export function followVolumes(policy: ResolvedPolicy): boolean {
    return policy.volumeSnapshotsOfKeptVolumes !== policy.volumeSnapshots;
}
