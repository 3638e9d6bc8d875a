import { reservedIpCost, snapshotCost, volumeCost } from "../state/catalog.js";
import type { AssociatedKind, DropletRecord } from "../state/records.js";
import type { State } from "../state/state.js";

/** Something that can be destroyed together with a Droplet. */
export interface Associated {
    readonly kind: AssociatedKind;
    readonly id: string;
    readonly name: string;
    /** US dollars a month if it is retained. */
    readonly cost: string;
}

/** The scope without which a kind is silently left out of the list. */
export const READ_SCOPES: Readonly<Record<AssociatedKind, string>> = {
    reserved_ip: "reserved_ip:read",
    snapshot: "image:read",
    volume: "block_storage:read",
    volume_snapshot: "block_storage_snapshot:read",
};

/** The keys under which a kind is listed: an address stands under two. */
export const LIST_KEYS: Readonly<Record<AssociatedKind, readonly string[]>> = {
    reserved_ip: ["reserved_ips", "floating_ips"],
    snapshot: ["snapshots"],
    volume: ["volumes"],
    volume_snapshot: ["volume_snapshots"],
};

/**
 * In the order in which they are destroyed.
 * @param withBackups whether they are among the snapshots; they go with the Droplet in any case
 */
export function associatedWith(state: State, droplet: DropletRecord, withBackups: boolean): Associated[] {
    const volumes = droplet.volumeIds.flatMap((id) => state.volumes.get(id) ?? []);
    return [
        ...droplet.reservedIps.flatMap((id) => reservedIp(state, id)),
        ...droplet.snapshotIds.flatMap((id) => snapshot(state, id, "snapshot", withBackups)),
        ...volumes.flatMap((volume) =>
            volume.snapshotIds.flatMap((id) => snapshot(state, id, "volume_snapshot", false)),
        ),
        ...volumes.map((volume): Associated => ({
            kind: "volume",
            id: volume.id,
            name: volume.name,
            cost: volumeCost(volume.sizeGigabytes),
        })),
    ];
}

function reservedIp(state: State, address: string): Associated[] {
    const record = state.reservedIps.get(address);
    return record === undefined
        ? []
        : [{ kind: "reserved_ip", id: record.associatedId, name: address, cost: reservedIpCost() }];
}

function snapshot(
    state: State,
    id: string,
    kind: "snapshot" | "volume_snapshot",
    orBackup: boolean,
): Associated[] {
    const record = state.snapshots.get(id);
    return record === undefined || (record.backup && !orBackup)
        ? []
        : [{ kind, id, name: record.name, cost: snapshotCost(record.sizeGigabytes) }];
}
