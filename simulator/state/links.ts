import type {
    DomainRecord,
    DropletRecord,
    ReservedIpRecord,
    SnapshotRecord,
    TagRecord,
    VolumeRecord,
} from "./records.js";
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
    release(state, address);
    address.dropletId = droplet.id;
    droplet.reservedIps.push(address.id);
}

export function unassignReservedIp(state: State, address: ReservedIpRecord, nowMs: number): void {
    release(state, address);
    address.unassignedAtMs = nowMs;
}

function release(state: State, address: ReservedIpRecord): void {
    const droplet = address.dropletId === null ? undefined : state.droplets.get(address.dropletId);
    if (droplet !== undefined) {
        droplet.reservedIps = without(droplet.reservedIps, address.id);
    }
    address.dropletId = null;
}

export function removeReservedIp(state: State, address: ReservedIpRecord): void {
    release(state, address);
    leaveProjects(state, `do:reservedip:${address.id}`);
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
    leaveProjects(state, `do:volume:${volume.id}`);
    state.volumes.remove(volume.id);
}

export function removeDomain(state: State, domain: DomainRecord): void {
    leaveProjects(state, `do:domain:${domain.id.slice(domain.team.length + 1)}`);
    state.domains.remove(domain.id);
}

/** Its volumes are detached, its addresses unassigned, IPv6 too, its snapshots stay, its backups go. */
export function removeDroplet(state: State, droplet: DropletRecord, nowMs: number): void {
    for (const id of [...droplet.volumeIds]) {
        const volume = state.volumes.get(id);
        if (volume !== undefined) {
            detachVolume(state, volume);
        }
    }
    for (const id of [...droplet.reservedIps]) {
        const address = state.reservedIps.get(id);
        if (address !== undefined) {
            unassignReservedIp(state, address, nowMs);
        }
    }
    for (const address of state.reservedIpv6s.all()) {
        address.dropletId = address.dropletId === droplet.id ? null : address.dropletId;
    }
    for (const id of droplet.snapshotIds) {
        if (state.snapshots.get(id)?.backup === true) {
            state.snapshots.remove(id);
        }
    }
    for (const firewall of state.firewalls.all()) {
        firewall.dropletIds = firewall.dropletIds.filter((id) => id !== droplet.id);
    }
    leaveProjects(state, `do:droplet:${droplet.id}`);
    state.droplets.remove(droplet.id);
}

/** Where it belongs from now on is said elsewhere. */
export function leaveProjects(state: State, urn: string): void {
    for (const project of state.projects.all()) {
        urnsOfSame(urn).forEach((one) => project.resources.delete(one));
    }
}

/** A reserved IP has two URNs. */
export function urnsOfSame(urn: string): readonly string[] {
    const [, kind = "", id = ""] = urn.split(":");
    return kind === "reservedip" || kind === "floatingip"
        ? [`do:reservedip:${id}`, `do:floatingip:${id}`]
        : [urn];
}

function source(state: State, snapshot: SnapshotRecord): DropletRecord | VolumeRecord | undefined {
    return snapshot.resourceType === "droplet"
        ? state.droplets.get(Number(snapshot.resourceId))
        : state.volumes.get(snapshot.resourceId);
}

function without(ids: readonly string[], id: string): string[] {
    return ids.filter((other) => other !== id);
}

/** What can carry tags. They stand there in the capitals in which they were first made. */
export interface Tagged {
    tags: string[];
    /** Since when it carries those that it was not made with. */
    readonly taggedAtMs?: Map<string, number>;
}

/** What carries a tag. */
export interface TaggedRows {
    readonly droplets: readonly DropletRecord[];
    readonly volumes: readonly VolumeRecord[];
    readonly images: readonly SnapshotRecord[];
    readonly volumeSnapshots: readonly SnapshotRecord[];
}

/** Whatever its capitals. */
export function findTag(state: State, team: string, name: string): TagRecord | undefined {
    return state.tags.find(team, tagId(team, name));
}

/** The tag of that name; made when it is not there yet. */
export function putTag(state: State, team: string, name: string, nowMs: number): TagRecord {
    return (
        findTag(state, team, name) ??
        state.tags.add({ id: tagId(team, name), team, name, createdAtMs: nowMs })
    );
}

export function addTag(row: Tagged, { name }: TagRecord, nowMs: number): void {
    if (!row.tags.includes(name)) {
        row.tags = [...row.tags, name];
        row.taggedAtMs?.set(name, nowMs);
    }
}

export function removeTag(row: Tagged, { name }: TagRecord): void {
    row.tags = row.tags.filter((other) => other !== name);
    row.taggedAtMs?.delete(name);
}

/** Takes it off everything that carries it. */
export function deleteTag(state: State, tag: TagRecord): void {
    const { team } = tag;
    const rows: Tagged[] = [
        ...state.droplets.list(team),
        ...state.volumes.list(team),
        ...state.snapshots.list(team),
        ...state.firewalls.list(team),
    ];
    rows.forEach((row) => removeTag(row, tag));
    state.tags.remove(tag.id);
}

export function taggedWith(state: State, tag: TagRecord): TaggedRows {
    const carries = (row: Tagged): boolean => row.tags.includes(tag.name);
    const snapshots = state.snapshots.list(tag.team).filter(carries);
    return {
        droplets: state.droplets.list(tag.team).filter(carries),
        volumes: state.volumes.list(tag.team).filter(carries),
        images: snapshots.filter((snapshot) => snapshot.resourceType === "droplet"),
        volumeSnapshots: snapshots.filter((snapshot) => snapshot.resourceType === "volume"),
    };
}

/** A tag's id: two teams may hold the same name. */
function tagId(team: string, name: string): string {
    return `${team}/${name.toLowerCase()}`;
}
