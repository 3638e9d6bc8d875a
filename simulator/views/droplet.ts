import { IMAGES, findSize } from "../state/catalog.js";
import type { DropletRecord, SnapshotRecord } from "../state/records.js";
import type { World } from "../world.js";
import { iso, regionView, requireSize, sizeView } from "./common.js";

const BACKUP_WINDOW_MS = 23 * 3_600_000;

export function dropletView({ state, agenda }: World, droplet: DropletRecord): object {
    const size = requireSize(droplet.size);
    const images = droplet.snapshotIds.flatMap((id) => state.snapshots.get(id) ?? []);
    return {
        id: droplet.id,
        name: droplet.name,
        memory: size.memoryMb,
        vcpus: size.vcpus,
        disk: size.diskGb,
        disk_info: [{ type: "local", size: { amount: size.diskGb, unit: "gib" } }],
        locked: false,
        status: droplet.status,
        created_at: iso(droplet.createdAtMs),
        features: features(droplet),
        backup_ids: imageIds(images, true),
        next_backup_window: droplet.backups ? backupWindow(agenda.now()) : null,
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
        ...(droplet.backups ? ["backups"] : []),
        ...(droplet.publicIpv6 === null ? [] : ["ipv6"]),
        ...(droplet.monitoring ? ["monitoring"] : []),
        "droplet_agent",
        "private_networking",
    ];
}

function imageIds(images: readonly SnapshotRecord[], backup: boolean): number[] {
    return images.filter((image) => image.backup === backup).map((image) => Number(image.id));
}

function backupWindow(nowMs: number): object {
    const start = Math.ceil(nowMs / 86_400_000) * 86_400_000;
    return { start: iso(start), end: iso(start + BACKUP_WINDOW_MS) };
}

function dropletImage({ image, region, size, createdAtMs }: DropletRecord): object {
    const known = IMAGES.find((entry) => entry.id === image.id);
    return {
        id: image.id,
        name: image.name,
        type: known === undefined ? "snapshot" : "base",
        distribution: known?.distribution ?? "Ubuntu",
        slug: image.slug,
        public: known !== undefined,
        regions: [region],
        created_at: iso(createdAtMs),
        min_disk_size: known === undefined ? (findSize(size)?.diskGb ?? 10) : 10,
        size_gigabytes: 2.5,
        description: "",
        tags: [],
        status: "available",
    };
}

function networks(droplet: DropletRecord): object {
    return {
        v4: [
            {
                ip_address: droplet.publicIp,
                netmask: "255.255.240.0",
                gateway: droplet.publicIp.replace(/\d+$/, "1"),
                type: "public",
            },
            {
                ip_address: droplet.privateIp,
                netmask: "255.255.240.0",
                gateway: droplet.privateIp.replace(/\d+$/, "1"),
                type: "private",
            },
        ],
        v6:
            droplet.publicIpv6 === null
                ? []
                : [{ ip_address: droplet.publicIpv6, netmask: 64, gateway: "2001:db8::1", type: "public" }],
    };
}
