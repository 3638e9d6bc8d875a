import type { DropletRecord, SnapshotRecord, TagRecord, VolumeRecord } from "./records.js";
import type { State } from "./state.js";

/** What can carry tags. They stand there in the capitals in which they were first made. */
export interface Tagged {
    tags: string[];
    /** Since when it carries each of them; kept for what is listed by tag. */
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
