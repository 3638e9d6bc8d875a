import { ForbiddenError, MissingScopeError, UnreadableError } from "./errors.js";
import { type DesiredOutcome, makePlan, type Objection, type Plan } from "./plan.js";
import type { DropletApi } from "./ports.js";
import {
    type AssociatedResource,
    type Inventory,
    RESOURCE_KINDS,
    type ResourceKind,
    sameResource,
} from "./model.js";
import { followVolumes, has, READ_SCOPES, refuseHidden, refuseUnmatched } from "./guards.js";
import { resourcePhrase } from "./format.js";

export type { DesiredOutcome };

/** A Droplet and its teardown settings. */
export interface Inquiry extends DesiredOutcome {
    readonly dropletId: number;
    /** The recorded inventory, which has the costs that a status lacks. */
    readonly recorded: readonly AssociatedResource[];
}

/** A list that could not be read: it may or may not be empty. */
export const NOTHING_READ: Inventory = { resources: [], unread: RESOURCE_KINDS };

/** Why snapshots stay whose volume is gone, though it was to be kept, or may have been that volume. */
const ORPHAN = "its volume was to be kept, and is gone";
const MAYBE_ORPHAN = "it may be of a volume that was to be kept and is gone";

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
    const listed = await api.associated(inquiry.dropletId, signal);
    if (listed === null) {
        return null;
    }
    return planFromInventory(await probeKinds(listed, RESOURCE_KINDS, api, signal), inquiry, api, signal);
}

/** Completes a list: of the given kinds, one that is missing in it may merely be invisible to the token. */
export async function probeKinds(
    { resources, unread }: Inventory,
    kinds: readonly ResourceKind[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<Inventory> {
    const missing = kinds.filter((kind) => !has(resources, kind) && !unread.includes(kind));
    const readable = await Promise.all(missing.map((kind) => api.canRead(kind, signal)));
    return { resources, unread: [...unread, ...missing.filter((_, index) => readable[index] === false)] };
}

/**
 * Plans for the resources of a list of which every missing kind has been probed.
 * @throws RefusedError if something that the plan depends on is unknown
 */
export async function planFromInventory(
    { resources, unread }: Inventory,
    inquiry: Inquiry,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan> {
    refuseHidden(unread, resources, inquiry.policy);
    await refuseUnmatched(inquiry.keep, [...resources, ...inquiry.recorded], api, signal);
    const absent = inquiry.recorded.filter((known) => !resources.some((one) => sameResource(one, known)));
    return { ...(await planFor(resources, inquiry, api, signal, { absent })), unread };
}

/** What else a plan depends on. */
export interface PlanTerms {
    readonly objection?: Objection;
    /** What is known of the Droplet and not in the inventory: a kept volume among it may be gone, its snapshots not. */
    readonly absent?: readonly AssociatedResource[];
}

/**
 * Plans for resources read from the API. Snapshots of a volume that is kept, or was to be, are kept.
 * @throws UnreadableError if the snapshots of such a volume cannot be read
 */
export async function planFor(
    inventory: readonly AssociatedResource[],
    desired: DesiredOutcome,
    api: DropletApi,
    signal: AbortSignal,
    { objection = NO_OBJECTION, absent = [] }: PlanTerms = {},
): Promise<Plan> {
    const input = { inventory, ...desired, objection };
    const first = makePlan({ ...input, snapshotsOfKeptVolumes: new Map() });
    const snapshots = [...first.destroy, ...first.prevented].filter(({ kind }) => kind === "volume_snapshot");
    if (!followVolumes(desired.policy) || snapshots.length === 0) {
        return first;
    }
    const volumes = first.keep.filter(({ kind }) => kind === "volume");
    const owned = (await Promise.all(volumes.map((volume) => snapshotsOf(volume, api, signal)))).flat();
    const others = snapshots.filter(({ id }) => !owned.includes(id));
    const orphaned = await takenOf(keptOf(absent, desired), others, api, signal);
    const snapshotsOfKeptVolumes = new Map([
        ...orphaned,
        ...owned.map((id) => [id, "its volume is kept"] as const),
    ]);
    return makePlan({ ...input, snapshotsOfKeptVolumes });
}

/** Ids of the volumes that are to be kept. */
function keptOf(resources: readonly AssociatedResource[], desired: DesiredOutcome): readonly string[] {
    const volumes = resources.filter(({ kind }) => kind === "volume");
    const input = { ...desired, objection: NO_OBJECTION, snapshotsOfKeptVolumes: new Map<string, string>() };
    return makePlan({ ...input, inventory: volumes }).keep.map(({ id }) => id);
}

/** The snapshots that were taken of one of the volumes, or may have been, and why they stay. */
async function takenOf(
    volumeIds: readonly string[],
    snapshots: readonly AssociatedResource[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly (readonly [id: string, reason: string])[]> {
    if (volumeIds.length === 0) {
        return [];
    }
    const why = "cannot determine which snapshots belong to a kept volume that no longer exists";
    const owners = await Promise.all(snapshots.map(({ id }) => readable(api.volumeOf(id, signal), why)));
    return snapshots
        .map(({ id }, index) => ({ id, owner: owners[index] ?? null }))
        .filter(({ owner }) => owner === null || volumeIds.includes(owner))
        .map(({ id, owner }) => [id, owner === null ? MAYBE_ORPHAN : ORPHAN]);
}

async function snapshotsOf(
    volume: AssociatedResource,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly string[]> {
    const why = `cannot determine which snapshots belong to the kept ${resourcePhrase(volume)}`;
    const ids = await readable(api.volumeSnapshots(volume.id, signal), why);
    if (ids === null) {
        throw new UnreadableError(`${why}: DigitalOcean answers 404 to a request for them`);
    }
    return ids;
}

/** @throws MissingScopeError where the token may not read volume snapshots */
async function readable<T>(work: Promise<T>, why: string): Promise<T> {
    try {
        return await work;
    } catch (error) {
        if (error instanceof ForbiddenError) {
            const scopes = READ_SCOPES.volume_snapshot.join(", ");
            throw new MissingScopeError(`${why}. Give the token the scope ${scopes}`, { cause: error });
        }
        throw error;
    }
}
