/** How a volume belongs to the Droplet of a cell. */
export const VOLUMES = [
    "volumeIds",
    "VolumeAttachment",
    "VolumeAttachment, deletedWith",
    "unmanaged",
    "retained, in keep",
] as const;

/** How a reserved IP does. */
export const ADDRESSES = [
    "ReservedIp",
    "ReservedIpAssignment",
    "ReservedIpAssignment, deletedWith",
    "unmanaged",
] as const;

export const SNAPSHOTS = ["DropletSnapshot", "unmanaged"] as const;
export const VOLUME_SNAPSHOTS = ["VolumeSnapshot", "unmanaged"] as const;
export const OTHERS = ["Firewall", "DnsRecord"] as const;

/** One combination around one Droplet; its number is in the name of everything that belongs to it. */
export interface Cell {
    readonly number: number;
    readonly volume: (typeof VOLUMES)[number];
    readonly address: (typeof ADDRESSES)[number];
    readonly snapshot: (typeof SNAPSHOTS)[number];
    readonly volumeSnapshot: (typeof VOLUME_SNAPSHOTS)[number];
    readonly other: (typeof OTHERS)[number];
}

/**
 * Every way to have a volume with every way to have an address, and the rest so that any two values of two
 * properties meet in some cell.
 */
export const CELLS: readonly Cell[] = VOLUMES.flatMap((volume, v) =>
    ADDRESSES.map((address, a) => ({
        number: v * ADDRESSES.length + a + 1,
        volume,
        address,
        snapshot: alternate(SNAPSHOTS, v + a),
        volumeSnapshot: alternate(VOLUME_SNAPSHOTS, v + Math.floor(a / 2)),
        other: alternate(OTHERS, Math.floor(v / 2) + a),
    })),
);

function alternate<T>([even, odd]: readonly [T, T], index: number): T {
    return index % 2 === 0 ? even : odd;
}

/**
 * What must remain of a cell after the destroy, under `policy: "destroy"`. Everything that the stack manages
 * is gone by its own resource; of the rest only what depends on a volume that was to stay is left.
 */
export function mustRemain({ number, volume, volumeSnapshot }: Cell): string[] {
    const retained = volume === "retained, in keep" ? [`volume data-${number}`] : [];
    const snapshotStays = volumeSnapshot === "unmanaged" && volume !== "unmanaged";
    return [...(snapshotStays ? [`snapshot weekly-${number}`] : []), ...retained];
}
