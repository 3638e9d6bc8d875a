import type { Clock } from "./polling/clock.js";
import { recordedAt, type Sighting } from "./state.js";
import { ForbiddenError, RefusedError } from "./teardown/errors.js";
import { probeKinds } from "./teardown/inventory.js";
import type { DropletApi } from "./teardown/ports.js";
import {
    type AssociatedResource,
    type Droplet,
    type Inventory,
    RESOURCE_KINDS,
    type ResourceKind,
    sameResource,
} from "./teardown/model.js";

/** An existing Droplet and its current inventory. */
export interface Present {
    readonly droplet: Droplet;
    readonly sighting: Sighting;
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
}

/** What to read, and what an earlier read recorded. */
export interface SightingTarget {
    readonly dropletId: number;
    readonly before: Sighting;
}

/** A Droplet; null: it does not exist. A single 404 is not believed. */
export async function findDroplet(
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Droplet | null> {
    return (await api.droplet(dropletId, signal)) ?? api.droplet(dropletId, signal);
}

/**
 * Reads a Droplet, its inventory and the leftovers of its predecessors; null if it does not exist. An account that
 * cannot be read now keeps its recorded value.
 */
export async function observe(
    { dropletId, before }: SightingTarget,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Present | null> {
    const { predecessors } = before;
    const droplet = await findDroplet(dropletId, api, signal);
    if (droplet === null) {
        return null;
    }
    const [listed, account, ancestry] = await Promise.all([
        listInventory(dropletId, RESOURCE_KINDS, api, signal),
        api.account(signal),
        surviving(predecessors, api, signal),
    ]);
    const inventory = inventoryOf(listed, before, ancestry.snapshots);
    return {
        droplet,
        unread: listed?.unread ?? RESOURCE_KINDS,
        sighting: {
            inventory,
            accountId: account?.id ?? before.accountId,
            recordedAt: recordedAt(before, inventory, clock.now()),
            predecessors,
        },
    };
}

/**
 * Reads the list. A kind that is missing altogether may merely be invisible to the token.
 * @param suspects kinds for which that is checked
 */
export async function listInventory(
    dropletId: number,
    suspects: readonly ResourceKind[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<Inventory | null> {
    const listed = await api.associated(dropletId, signal);
    return listed === null ? null : probeKinds(listed, suspects, api, signal);
}

/**
 * A Droplet's inventory, from its list and the leftovers of its predecessors. What the list does not say stays as
 * before.
 */
export function inventoryOf(
    listed: Inventory | null,
    before: Pick<Sighting, "inventory">,
    inherited: readonly AssociatedResource[],
): AssociatedResource[] {
    const unread = listed?.unread ?? RESOURCE_KINDS;
    const old = before.inventory;
    const known = [...(listed?.resources ?? []), ...inherited].map((one) => completed(one, old));
    const untold = old
        .filter(({ kind }) => unread.includes(kind))
        .filter((resource) => !known.some((other) => sameResource(resource, other)));
    return [...known, ...untold];
}

/** With the previous name and cost, if they are missing now. */
export function completed(
    { kind, id, name, monthlyCost }: AssociatedResource,
    old: readonly AssociatedResource[],
): AssociatedResource {
    const before = old.find((other) => sameResource(other, { kind, id, name }));
    return {
        kind,
        id,
        name: name || (before?.name ?? ""),
        monthlyCost: monthlyCost ?? before?.monthlyCost ?? null,
    };
}

/** Reads a Droplet that must exist. */
export async function observeExisting(
    subject: SightingTarget,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Sighting> {
    const present = await observe(subject, api, clock, signal);
    if (present === null) {
        throw new RefusedError(
            `dropletId: there is no Droplet ${subject.dropletId} that this token can see (404); ` +
                "check the id, and that the token belongs to the team of the Droplet",
        );
    }
    return present.sighting;
}

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
    const droplets = await Promise.all(dropletIds.map((id) => findDroplet(id, api, signal)));
    return dropletIds.filter((_, index) => droplets[index] === null);
}
