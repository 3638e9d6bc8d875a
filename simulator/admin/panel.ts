import { createReservedIp, createReservedIpv6 } from "../operations/addresses.js";
import { associatedWith } from "../operations/associated.js";
import { createDroplet } from "../operations/create-droplet.js";
import { snapshotAtOnce } from "../operations/droplet-actions.js";
import { endDroplet, startDestroy } from "../operations/destroy.js";
import { snapshotDroplet, snapshotVolume } from "../operations/snapshots.js";
import { ensureTag } from "../operations/tags.js";
import { createVolume } from "../operations/volumes.js";
import {
    addTag,
    assignReservedIp,
    attachVolume,
    deleteTag,
    detachVolume,
    findTag,
    removeReservedIp,
    removeSnapshot,
    removeTag,
    removeVolume,
    unassignReservedIp,
} from "../state/links.js";
import type {
    DropletRecord,
    ReservedIpRecord,
    ReservedIpv6Record,
    SnapshotRecord,
    TagRecord,
    VolumeRecord,
} from "../state/records.js";
import type { World } from "../world.js";

export interface NewDroplet {
    readonly region?: string | undefined;
    readonly size?: string | undefined;
    readonly image?: string | undefined;
    readonly tags?: readonly string[];
    readonly backups?: boolean;
    readonly volumes?: readonly string[];
}

/** What people do in DigitalOcean's control panel: immediate, without a token or limits. */
export class Panel {
    readonly #world: World;
    readonly #team: string;

    constructor(world: World, team: string) {
        this.#world = world;
        this.#team = team;
    }

    /** Active from the start, unless it takes some time to boot. */
    createDroplet(name: string, droplet: NewDroplet = {}, bootMs = 0): DropletRecord {
        const { region = "nyc3", size = "s-1vcpu-1gb", image = "ubuntu-24-04-x64" } = droplet;
        const body = { ...droplet, name, region, size, image };
        const made = createDroplet(this.#now(), this.#team, body, bootMs);
        this.#world.agenda.catchUp();
        return made.droplet;
    }

    deleteDroplet(dropletId: number): void {
        endDroplet(this.#now(), this.#droplet(dropletId));
    }

    tagDroplet(dropletId: number, tag: string): void {
        addTag(this.#droplet(dropletId), this.createTag(tag), this.#world.agenda.now());
    }

    untagDroplet(dropletId: number, tag: string): void {
        removeTag(this.#droplet(dropletId), this.#tag(tag));
    }

    /** The tag of that name, which may already exist. */
    createTag(name: string): TagRecord {
        return ensureTag(this.#now(), this.#team, name);
    }

    /** Removes it from everything. */
    deleteTag(name: string): void {
        deleteTag(this.#now().state, this.#tag(name));
    }

    takeSnapshot(dropletId: number, name: string): SnapshotRecord {
        return snapshotAtOnce(this.#now(), this.#droplet(dropletId), name);
    }

    takeBackup(dropletId: number, name: string): SnapshotRecord {
        return snapshotDroplet(this.#now(), this.#droplet(dropletId), name, { backup: true });
    }

    deleteSnapshot(snapshotId: string): void {
        const { state } = this.#now();
        removeSnapshot(state, there(state.snapshots.find(this.#team, snapshotId), snapshotId));
    }

    /** Of a Droplet or of a volume; it stays the same snapshot. */
    renameSnapshot(snapshotId: string, name: string): void {
        const { state } = this.#now();
        there(state.snapshots.find(this.#team, snapshotId), snapshotId).name = name;
    }

    createVolume(
        name: string,
        sizeGigabytes = 10,
        region = "nyc3",
        tags: readonly string[] = [],
    ): VolumeRecord {
        const body = { name, size_gigabytes: sizeGigabytes, region, tags };
        return createVolume(this.#now(), this.#team, body);
    }

    attachVolume(volumeId: string, dropletId: number): void {
        const volume = this.#volume(volumeId);
        detachVolume(this.#now().state, volume);
        attachVolume(volume, this.#droplet(dropletId));
    }

    detachVolume(volumeId: string): void {
        detachVolume(this.#now().state, this.#volume(volumeId));
    }

    snapshotVolume(volumeId: string, name: string): SnapshotRecord {
        return snapshotVolume(this.#now(), this.#volume(volumeId), name);
    }

    /** Even an attached one. */
    deleteVolume(volumeId: string): void {
        removeVolume(this.#now().state, this.#volume(volumeId));
    }

    /** @param again an address that was given back, to hand out again */
    createReservedIp(region = "nyc3", again: string | null = null): ReservedIpRecord {
        return createReservedIp(this.#now(), this.#team, region, { again });
    }

    assignReservedIp(address: string, dropletId: number): void {
        assignReservedIp(this.#now().state, this.#reservedIp(address), this.#droplet(dropletId));
    }

    unassignReservedIp(address: string): void {
        unassignReservedIp(this.#now().state, this.#reservedIp(address), this.#world.agenda.now());
    }

    deleteReservedIp(address: string): void {
        removeReservedIp(this.#now().state, this.#reservedIp(address));
    }

    createReservedIpv6(region = "nyc3"): ReservedIpv6Record {
        return createReservedIpv6(this.#now(), this.#team, region);
    }

    assignReservedIpv6(address: string, dropletId: number): void {
        const { state } = this.#now();
        there(state.reservedIpv6s.find(this.#team, address), address).dropletId = this.#droplet(dropletId).id;
    }

    /**
     * Destroys a Droplet with the given associated resources, or with all of them; nothing happens while a destroy of it
     * is running.
     */
    destroy(dropletId: number, resourceIds?: readonly string[]): void {
        const droplet = this.#droplet(dropletId);
        if (this.#world.state.destroys.find(this.#team, dropletId)?.completedAtMs === null) {
            return;
        }
        const all = associatedWith(this.#now().state, droplet, false);
        const chosen = all.filter(({ id }) => resourceIds === undefined || resourceIds.includes(id));
        startDestroy(this.#world, droplet, chosen);
    }

    #now(): World {
        this.#world.agenda.catchUp();
        return this.#world;
    }

    #droplet(dropletId: number): DropletRecord {
        return there(this.#now().state.droplets.find(this.#team, dropletId), dropletId);
    }

    #volume(volumeId: string): VolumeRecord {
        return there(this.#now().state.volumes.find(this.#team, volumeId), volumeId);
    }

    #tag(name: string): TagRecord {
        return there(findTag(this.#now().state, this.#team, name), name);
    }

    #reservedIp(address: string): ReservedIpRecord {
        return there(this.#now().state.reservedIps.find(this.#team, address), address);
    }
}

function there<Row>(row: Row | undefined, id: string | number): Row {
    if (row === undefined) {
        throw new Error(`the simulator has no ${id} for this team`);
    }
    return row;
}
