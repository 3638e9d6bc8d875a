import { stillLeft } from "./left-behind.js";
import type { Clock } from "../polling/clock.js";
import { trace, type Traced, untraced } from "./predecessors.js";
import { recordedAt, type Sighting } from "../stored/state.js";
import { findDroplet, listInventory } from "../teardown/assess.js";
import { RefusedError } from "../teardown/errors.js";
import type { Evidence } from "../teardown/findings.js";
import type { DropletApi } from "../teardown/ports.js";
import {
    type AssociatedResource,
    type Droplet,
    type Inventory,
    isWithin,
    RESOURCE_KINDS,
    type ResourceKind,
    sameResource,
} from "../teardown/model.js";

/** An existing Droplet and its current inventory. */
export interface Present {
    readonly droplet: Droplet;
    readonly sighting: Sighting;
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
    readonly past: Past;
}

/** What has become of the Droplets that were replaced, and of what they left behind. */
export interface Past {
    readonly traced: readonly Traced[];
    readonly left: readonly Evidence[];
}

export async function lookBack(
    { predecessors, leftBehind }: Pick<Sighting, "predecessors" | "leftBehind">,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Past> {
    const [traced, left] = await Promise.all([
        trace(predecessors, api, signal),
        stillLeft(leftBehind, api, signal),
    ]);
    return { traced, left };
}

/** What to read, and what an earlier read recorded. */
export interface SightingTarget {
    readonly dropletId: number;
    readonly before: Sighting;
}

/**
 * Reads a Droplet, its inventory, and what its predecessors left; null if it does not exist. An account that cannot be
 * read now keeps its recorded value.
 */
export async function observe(
    { dropletId, before }: SightingTarget,
    api: DropletApi,
    clock: Clock,
    signal: AbortSignal,
): Promise<Present | null> {
    const droplet = await findDroplet(dropletId, api, signal);
    if (droplet === null) {
        return null;
    }
    const [listed, account, past] = await Promise.all([
        listInventory(dropletId, RESOURCE_KINDS, api, signal),
        api.account(signal),
        lookBack(before, api, signal),
    ]);
    const { traced } = past;
    const inventory = inventoryOf(
        listed,
        before,
        traced.flatMap(({ snapshots }) => snapshots),
    );
    const left = past.left.filter((one) => !isWithin([one], inventory));
    return {
        droplet,
        unread: listed?.unread ?? RESOURCE_KINDS,
        past: { traced, left },
        sighting: {
            inventory,
            accountId: account?.id ?? before.accountId,
            recordedAt: recordedAt(before, inventory, clock.now()),
            predecessors: traced.map(untraced),
            leftBehind: left,
        },
    };
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
            { code: "droplet-not-found" },
        );
    }
    return present.sighting;
}
