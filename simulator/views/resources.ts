import type { ActionRecord, ReservedIpRecord, SnapshotRecord, VolumeRecord } from "../state/records.js";
import type { World } from "../world.js";
import { iso, regionView } from "./common.js";
import { dropletView } from "./droplet.js";

export function volumeView(volume: VolumeRecord): object {
    return {
        id: volume.id,
        droplet_ids: volume.dropletId === null ? [] : [volume.dropletId],
        name: volume.name,
        description: volume.description,
        size_gigabytes: volume.sizeGigabytes,
        created_at: iso(volume.createdAtMs),
        tags: volume.tags,
        region: regionView(volume.region),
        filesystem_type: volume.filesystemType,
        filesystem_label: volume.filesystemLabel,
    };
}

export function snapshotView(snapshot: SnapshotRecord): object {
    return {
        id: snapshot.id,
        ...imageFields(snapshot),
        resource_id: snapshot.resourceId,
        resource_type: snapshot.resourceType,
        tags: snapshot.tags,
    };
}

/** A snapshot or backup as the Droplet's own lists show it: there its id is a number. */
export function dropletSnapshotView(snapshot: SnapshotRecord): object {
    return {
        id: Number(snapshot.id),
        ...imageFields(snapshot),
        type: snapshot.backup ? "backup" : "snapshot",
    };
}

function imageFields(snapshot: SnapshotRecord): object {
    return {
        name: snapshot.name,
        created_at: iso(snapshot.createdAtMs),
        regions: snapshot.regions,
        min_disk_size: snapshot.minDiskSize,
        size_gigabytes: snapshot.sizeGigabytes,
    };
}

export function reservedIpView(world: World, address: ReservedIpRecord): object {
    const droplet = address.dropletId === null ? undefined : world.state.droplets.get(address.dropletId);
    return {
        ip: address.id,
        region: regionView(address.region),
        droplet: droplet === undefined ? null : dropletView(world, droplet),
        locked: false,
        project_id: address.projectId,
    };
}

export function actionView(action: ActionRecord): object {
    return {
        id: action.id,
        status: action.status,
        type: action.type,
        started_at: iso(action.createdAtMs),
        completed_at: action.completedAtMs === null ? null : iso(action.completedAtMs),
        resource_id: action.resourceId,
        resource_type: action.resourceType,
        region: regionView(action.region),
        region_slug: action.region,
    };
}
