import type { Plan } from "./plan.js";
import type { DropletApi } from "./ports.js";
import { sameResource, type AssociatedResource } from "./resource.js";
import type { DestroyStatus } from "./status.js";

/** Of what was to be destroyed, that which the status does not show as destroyed. */
export function unproven(plan: Plan, status: DestroyStatus): AssociatedResource[] {
    const proven =
        status.state === "none" ? [] : status.resources.filter((other) => other.destroyedAt !== null);
    return plan.destroy.filter((resource) => !proven.some((other) => sameResource(other, resource)));
}

/** Splits resources into those that answer 404 at their own endpoint and those that are still there. */
export async function lookEachUp(
    resources: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<{ readonly gone: AssociatedResource[]; readonly there: AssociatedResource[] }> {
    const exists = await Promise.all(resources.map((resource) => api.exists(resource, signal)));
    return {
        gone: resources.filter((_, index) => exists[index] === false),
        there: resources.filter((_, index) => exists[index] === true),
    };
}

/** The kept volumes and addresses that still hang on the Droplet: their own delete would meet a 409. */
export async function stillAttached(
    kept: readonly AssociatedResource[],
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<AssociatedResource[]> {
    const attached = await Promise.all(kept.map((resource) => isAttached(resource, dropletId, api, signal)));
    return kept.filter((_, index) => attached[index] === true);
}

async function isAttached(
    resource: AssociatedResource,
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    switch (resource.kind) {
        case "volume":
            return (await api.volumeAttachments(resource.id, signal))?.includes(dropletId) ?? false;
        case "reserved_ip":
            return (await api.reservedIpAssignment(resource.name, signal))?.dropletId === dropletId;
        case "snapshot":
        case "volume_snapshot":
            return false;
    }
}
