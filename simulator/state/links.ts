import type { DropletRecord, ReservedIpRecord, SnapshotRecord, VolumeRecord } from "./records.js";
import type { State } from "./state.js";

export function attachVolume(volume: VolumeRecord, droplet: DropletRecord): void {
    volume.dropletId = droplet.id;
    droplet.volumeIds.push(volume.id);
}

export function detachVolume(state: State, volume: VolumeRecord): void {
    const droplet = volume.dropletId === null ? undefined : state.droplets.get(volume.dropletId);
    if (droplet !== undefined) {
        droplet.volumeIds = without(droplet.volumeIds, volume.id);
    }
    volume.dropletId = null;
}

export function assignReservedIp(state: State, address: ReservedIpRecord, droplet: DropletRecord): void {
    unassignReservedIp(state, address);
    address.dropletId = droplet.id;
    droplet.reservedIps.push(address.id);
}

export function unassignReservedIp(state: State, address: ReservedIpRecord): void {
    const droplet = address.dropletId === null ? undefined : state.droplets.get(address.dropletId);
    if (droplet !== undefined) {
        droplet.reservedIps = without(droplet.reservedIps, address.id);
    }
    address.dropletId = null;
}

export function removeReservedIp(state: State, address: ReservedIpRecord): void {
    unassignReservedIp(state, address);
    state.reservedIps.remove(address.id);
}

export function addSnapshot(state: State, snapshot: SnapshotRecord): SnapshotRecord {
    source(state, snapshot)?.snapshotIds.push(snapshot.id);
    return state.snapshots.add(snapshot);
}

export function removeSnapshot(state: State, snapshot: SnapshotRecord): void {
    const owner = source(state, snapshot);
    if (owner !== undefined) {
        owner.snapshotIds = without(owner.snapshotIds, snapshot.id);
    }
    state.snapshots.remove(snapshot.id);
}

/** Its snapshots stay. */
export function removeVolume(state: State, volume: VolumeRecord): void {
    detachVolume(state, volume);
    state.volumes.remove(volume.id);
}

/** Its volumes are detached, its addresses unassigned, its snapshots stay, its backups go. */
export function removeDroplet(state: State, droplet: DropletRecord): void {
    for (const id of [...droplet.volumeIds]) {
        const volume = state.volumes.get(id);
        if (volume !== undefined) {
            detachVolume(state, volume);
        }
    }
    for (const id of [...droplet.reservedIps]) {
        const address = state.reservedIps.get(id);
        if (address !== undefined) {
            unassignReservedIp(state, address);
        }
    }
    for (const id of droplet.snapshotIds) {
        if (state.snapshots.get(id)?.backup === true) {
            state.snapshots.remove(id);
        }
    }
    for (const firewall of state.firewalls.all()) {
        firewall.dropletIds = firewall.dropletIds.filter((id) => id !== droplet.id);
    }
    for (const project of state.projects.all()) {
        project.resources.delete(`do:droplet:${droplet.id}`);
    }
    state.droplets.remove(droplet.id);
}

function source(state: State, snapshot: SnapshotRecord): DropletRecord | VolumeRecord | undefined {
    return snapshot.resourceType === "droplet"
        ? state.droplets.get(Number(snapshot.resourceId))
        : state.volumes.get(snapshot.resourceId);
}

function without(ids: readonly string[], id: string): string[] {
    return ids.filter((other) => other !== id);
}
