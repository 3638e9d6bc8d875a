import { nextWindow } from "../state/backup-policy.js";
import {
    IMAGE_MIN_DISK,
    IMAGES,
    isGpuSize,
    REGIONS,
    getSize,
    type SizeEntry,
    SIZES,
} from "../state/catalog.js";
import { urnsOfSame } from "../state/links.js";
import type {
    ActionRecord,
    BackupPolicy,
    DropletRecord,
    ReservedIpRecord,
    SnapshotRecord,
    VolumeRecord,
} from "../state/records.js";
import type { State } from "../state/state.js";
import type { World } from "../world.js";

const REGION_FEATURES = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"];

export function iso(timeMs: number): string {
    return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

/** Every answer about a Droplet shows its region and its size, with all that they have: they are made once. */
const REGION_VIEWS: ReadonlyMap<string, object> = new Map(
    Object.entries(REGIONS).map(([slug, name]) => [
        slug,
        { name, slug, features: REGION_FEATURES, available: true, sizes: SIZES.map((size) => size.slug) },
    ]),
);

const SIZE_VIEWS: ReadonlyMap<SizeEntry, object> = new Map(
    SIZES.map((size) => [
        size,
        {
            slug: size.slug,
            memory: size.memoryMb,
            vcpus: size.vcpus,
            disk: size.diskGb,
            transfer: size.transferTb,
            price_monthly: size.monthlyPrice,
            price_hourly: Number((size.monthlyPrice / 672).toFixed(5)),
            regions: Object.keys(REGIONS),
            available: true,
            description: size.description,
            disk_info: diskInfo(size.diskGb),
            ...(isGpuSize(size.slug)
                ? { gpu_info: { count: 1, model: "nvidia_h100", vram: { amount: 80, unit: "gib" } } }
                : {}),
        },
    ]),
);

export function regionView(slug: string): object {
    return REGION_VIEWS.get(slug) ?? { name: slug, slug };
}

export function sizeView(size: SizeEntry): object {
    return SIZE_VIEWS.get(size) ?? { slug: size.slug };
}

function diskInfo(diskGb: number): object[] {
    return [{ type: "local", size: { amount: diskGb, unit: "gib" } }];
}

export function dropletView({ state, agenda }: World, droplet: DropletRecord): object {
    const size = getSize(droplet.size);
    const images = droplet.snapshotIds.flatMap((id) => state.snapshots.get(id) ?? []);
    return {
        id: droplet.id,
        name: droplet.name,
        memory: size.memoryMb,
        vcpus: size.vcpus,
        disk: droplet.diskGb,
        disk_info: diskInfo(droplet.diskGb),
        locked: false,
        status: droplet.status,
        created_at: iso(droplet.createdAtMs),
        features: features(droplet),
        backup_ids: imageIds(images, true),
        next_backup_window:
            droplet.backupPolicy === null ? null : backupWindow(droplet.backupPolicy, agenda.now()),
        snapshot_ids: imageIds(images, false),
        image: dropletImage(droplet),
        volume_ids: droplet.volumeIds,
        size: sizeView(size),
        size_slug: droplet.size,
        networks: droplet.status === "new" ? { v4: [], v6: [] } : networks(droplet),
        region: regionView(droplet.region),
        tags: droplet.tags,
        vpc_uuid: droplet.vpcId,
    };
}

function features(droplet: DropletRecord): string[] {
    return [
        ...(droplet.backupPolicy === null ? [] : ["backups"]),
        ...(droplet.publicIpv6 === null ? [] : ["ipv6"]),
        ...(droplet.monitoring ? ["monitoring"] : []),
        "droplet_agent",
        "private_networking",
    ];
}

export function backupWindow(policy: BackupPolicy, nowMs: number): object {
    const { startMs, endMs } = nextWindow(policy, nowMs);
    return { start: iso(startMs), end: iso(endMs) };
}

function imageIds(images: readonly SnapshotRecord[], backup: boolean): number[] {
    return images.filter((image) => image.backup === backup).map((image) => Number(image.id));
}

function dropletImage({ image, region, diskGb, createdAtMs }: DropletRecord): object {
    const known = IMAGES.find((entry) => entry.id === image.id);
    return {
        id: image.id,
        name: image.name,
        type: "snapshot",
        distribution: known?.distribution ?? "Ubuntu",
        slug: image.slug,
        public: known !== undefined,
        regions: [region],
        created_at: iso(createdAtMs),
        min_disk_size: known === undefined ? diskGb : IMAGE_MIN_DISK,
        size_gigabytes: 2.5,
        description: "",
        tags: [],
        status: "available",
    };
}

function networks(droplet: DropletRecord): object {
    const { publicIp, privateIp } = droplet;
    return {
        v4: [...(publicIp === null ? [] : [network(publicIp, "public")]), network(privateIp, "private")],
        v6:
            droplet.publicIpv6 === null
                ? []
                : [{ ip_address: droplet.publicIpv6, netmask: 64, gateway: "2001:db8::1", type: "public" }],
    };
}

function network(address: string, type: "public" | "private"): object {
    const gateway = address.replace(/\d+$/, "1");
    return { ip_address: address, netmask: "255.255.240.0", gateway, type };
}

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
        project_id: findProject(world.state, address),
    };
}

function findProject(state: State, { id, team }: ReservedIpRecord): string | undefined {
    const projects = state.projects.list(team);
    const urns = urnsOfSame(`do:reservedip:${id}`);
    const assigned = projects.find(({ resources }) => urns.some((urn) => resources.has(urn)));
    return (assigned ?? projects.find(({ isDefault }) => isDefault))?.id;
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
