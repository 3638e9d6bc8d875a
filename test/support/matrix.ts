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

/** Every combination. */
export const CELLS: readonly Cell[] = VOLUMES.flatMap((volume) =>
    ADDRESSES.flatMap((address) =>
        SNAPSHOTS.flatMap((snapshot) =>
            VOLUME_SNAPSHOTS.flatMap((volumeSnapshot) =>
                OTHERS.map((other) => ({ volume, address, snapshot, volumeSnapshot, other })),
            ),
        ),
    ),
).map((cell, index) => ({ number: index + 1, ...cell }));

/**
 * What must remain of a cell after the destroy, under `policy: "destroy"`. Everything that the stack manages
 * is gone by its own resource; of the rest only what depends on a volume that was to stay is left.
 */
export function mustRemain({ number, volume, volumeSnapshot }: Cell): string[] {
    const retained = volume === "retained, in keep" ? [`volume data-${number}`] : [];
    const snapshotStays = volumeSnapshot === "unmanaged" && volume !== "unmanaged";
    return [...(snapshotStays ? [`snapshot weekly-${number}`] : []), ...retained];
}
