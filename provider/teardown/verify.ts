import type { Effects } from "./effects.js";
import { ForbiddenError } from "./errors.js";
import type { DropletApi } from "./ports.js";
import { hasOwnEndpoint, type AssociatedResource } from "./resource.js";
import { resourceLabel } from "./wording.js";

/** Splits resources into those that answer 404 at their own endpoint and those that are, or may be, still there. */
export async function lookEachUp(
    resources: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<{ readonly gone: AssociatedResource[]; readonly there: AssociatedResource[] }> {
    const exists = await Promise.all(
        resources.map(async (resource) => !hasOwnEndpoint(resource) || (await api.exists(resource, signal))),
    );
    return {
        gone: resources.filter((_, index) => exists[index] === false),
        there: resources.filter((_, index) => exists[index] === true),
    };
}

/** Between looks at what comes free by itself. */
const DETACH_PAUSE_MS = 3_000;

/**
 * Waits until the kept volumes and addresses no longer hang on the Droplet: else their own delete, which may
 * follow at once, would meet a 409.
 */
export async function awaitDetached(
    kept: readonly AssociatedResource[],
    dropletId: number,
    { api, clock, narrator, ensureWanted }: Effects,
    signal: AbortSignal,
): Promise<void> {
    let attached = await stillAttached(kept, dropletId, api, signal);
    for (let first = attached[0]; first !== undefined; first = attached[0]) {
        narrator.progress(`droplet destroyed · waiting for ${resourceLabel(first)} to come free`);
        await clock.sleep(DETACH_PAUSE_MS, signal);
        await ensureWanted();
        attached = await stillAttached(attached, dropletId, api, signal);
    }
}

async function stillAttached(
    kept: readonly AssociatedResource[],
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<AssociatedResource[]> {
    const attached = await Promise.all(kept.map((resource) => isAttached(resource, dropletId, api, signal)));
    return kept.filter((_, index) => attached[index] === true);
}

/** What the token may not look at cannot be waited for. */
async function isAttached(
    resource: AssociatedResource,
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    try {
        return await hangsOn(resource, dropletId, api, signal);
    } catch (error) {
        if (error instanceof ForbiddenError) {
            return false;
        }
        throw error;
    }
}

async function hangsOn(
    resource: AssociatedResource,
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    switch (resource.kind) {
        case "volume":
            return (await api.volumeAttachments(resource.id, signal))?.includes(dropletId) ?? false;
        case "reserved_ip":
            return (
                hasOwnEndpoint(resource) &&
                (await api.reservedIpAssignment(resource.name, signal))?.dropletId === dropletId
            );
        case "snapshot":
        case "volume_snapshot":
            return false;
    }
}
