import { findDroplet, read } from "../../provider/teardown/assess.js";
import { unlessForbidden } from "../../provider/teardown/errors.js";
import { deleteCommand } from "../../provider/teardown/format.js";
import type { AssociatedResource, Droplet, ResourceKind } from "../../provider/teardown/model.js";
import { keptBy } from "../../provider/teardown/policy.js";
import type {
    DropletApi,
    ListedResource,
    ListedSnapshot,
    ListedVolume,
    Placement,
} from "../../provider/teardown/ports.js";
import type { OrphansInvocation } from "../arguments/invocation.js";
import type { Session } from "../session.js";

/** A resource that no longer belongs to a Droplet. */
export interface Orphan extends AssociatedResource {
    /** ISO date; null if it cannot be read. */
    readonly createdAt: string | null;
    /** Milliseconds; null if it cannot be read. */
    readonly ageMs: number | null;
    /** The command that deletes it; null for an id that is not safe in a command. */
    readonly deleteCommand: string | null;
}

/** What belongs to no Droplet, and what is unknown. */
export interface Orphans {
    readonly found: readonly Orphan[];
    /** Kinds that the token cannot list. */
    readonly unread: readonly ResourceKind[];
}

/** Orphans to report: those listed, and how many are omitted, and why. */
export interface OrphanList {
    readonly listed: readonly Orphan[];
    readonly younger: number;
    readonly ageless: number;
    readonly kept: number;
    /** Kinds that the token cannot read. */
    readonly unread: readonly ResourceKind[];
}

/**
 * Everything in an account that no longer belongs to a Droplet, for each kind that the token can read. Resources
 * are listed before their owners, so that a new resource does not look like an orphan. They are as old as
 * DigitalOcean's time says: ours may be wrong.
 */
export async function findOrphans(
    { catalog, client, serverNow }: Session,
    signal: AbortSignal,
): Promise<Orphans> {
    const { api } = client();
    const snapshots = await unlessForbidden(catalog.snapshots("snapshot", signal));
    const volumeSnapshots = await unlessForbidden(catalog.snapshots("volume_snapshot", signal));
    const volumes = await unlessForbidden(catalog.volumes(signal));
    const addresses = await unlessForbidden(catalog.reservedIps(signal));
    const droplets = await unlessForbidden(catalog.droplets(signal));
    // In the order in which they are listed.
    const byKind: Record<ResourceKind, readonly ListedResource[] | null> = {
        snapshot: await orphanedSnapshots(snapshots, droplets, api, signal),
        volume: volumes?.filter(({ dropletIds }) => dropletIds.length === 0) ?? null,
        volume_snapshot: await orphanedVolumeSnapshots(volumeSnapshots, volumes, api, signal),
        reserved_ip: addresses?.filter(({ dropletId }) => dropletId === null) ?? null,
    };
    const nowMs = serverNow() ?? Number.NaN;
    return {
        found: Object.values(byKind)
            .flatMap((some) => some ?? [])
            .map((resource) => asOrphan(resource, nowMs)),
        unread: (Object.keys(byKind) as ResourceKind[]).filter((kind) => byKind[kind] === null),
    };
}

async function orphanedSnapshots(
    snapshots: readonly ListedSnapshot[] | null,
    droplets: readonly Droplet[] | null,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly ListedSnapshot[] | null> {
    if (snapshots === null || droplets === null) {
        return null;
    }
    const living = new Set(droplets.map(({ id }) => String(id)));
    const ownerless = snapshots.filter((one) => isOwnerless(one, living));
    return confirmOwnerless(ownerless, api, signal);
}

/** An unattached volume belongs to no Droplet, and neither do its snapshots. */
async function orphanedVolumeSnapshots(
    snapshots: readonly ListedSnapshot[] | null,
    volumes: readonly ListedVolume[] | null,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly ListedSnapshot[] | null> {
    if (snapshots === null || volumes === null) {
        return null;
    }
    const attached = volumes.filter(isAttached).map(({ id }) => id);
    const listed = new Set(volumes.map(({ id }) => id));
    const missed = await findAttached(
        snapshots.map(({ ownerId }) => ownerId).filter((id) => id !== "" && !listed.has(id)),
        api,
        signal,
    );
    const living = new Set([...attached, ...missed]);
    return snapshots.filter((one) => isOwnerless(one, living));
}

/** A resource that does not say what it belongs to is left alone. */
function isOwnerless({ ownerId }: ListedSnapshot, living: ReadonlySet<string>): boolean {
    return ownerId !== "" && !living.has(ownerId);
}

function isAttached({ dropletIds }: Placement): boolean {
    return dropletIds.length > 0;
}

/** Pages shift while they are read: a volume on none of them is read individually. Returns those that are attached. */
async function findAttached(
    volumeIds: readonly string[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly string[]> {
    const attached: string[] = [];
    for (const id of new Set(volumeIds)) {
        const resource = { kind: "volume", id, name: "", monthlyCost: null } as const;
        const place = await read({ about: "resource", resource }, 0, api, signal);
        if (place !== null && isAttached(place)) {
            attached.push(id);
        }
    }
    return attached;
}

/** Pages shift while they are read: a Droplet on none of them is read individually. */
async function confirmOwnerless(
    snapshots: readonly ListedSnapshot[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly ListedSnapshot[]> {
    const owners = [...new Set(snapshots.map(({ ownerId }) => ownerId))];
    const gone = new Set<string>();
    for (const owner of owners) {
        const id = Number(owner);
        if (Number.isSafeInteger(id) && id > 0 && (await findDroplet(id, api, signal)) === null) {
            gone.add(owner);
        }
    }
    return snapshots.filter(({ ownerId }) => gone.has(ownerId));
}

function asOrphan({ kind, id, name, monthlyCost, createdAt }: ListedResource, nowMs: number): Orphan {
    const ageMs = createdAt === null ? Number.NaN : nowMs - Date.parse(createdAt);
    return {
        kind,
        id,
        name,
        monthlyCost,
        createdAt,
        ageMs: Number.isNaN(ageMs) || ageMs < 0 ? null : ageMs,
        deleteCommand: deleteCommand({ kind, id, name: id }),
    };
}

/** Chooses what is listed. */
export function listOrphans(
    { found, unread }: Orphans,
    { olderThanMs, keep }: Pick<OrphansInvocation, "olderThanMs" | "keep">,
): OrphanList {
    const rules = keep.map((entry) => ({ entry, source: "argument" as const }));
    const wanted = found.filter((orphan) => keptBy(orphan, rules) === undefined);
    const limitMs = olderThanMs ?? Number.NEGATIVE_INFINITY;
    const ageless = olderThanMs === null ? [] : wanted.filter(({ ageMs }) => ageMs === null);
    const younger = wanted.filter(({ ageMs }) => ageMs !== null && ageMs <= limitMs);
    return {
        listed: wanted.filter((orphan) => !ageless.includes(orphan) && !younger.includes(orphan)),
        younger: younger.length,
        ageless: ageless.length,
        kept: found.length - wanted.length,
        unread,
    };
}
