import type { AssociatedResource, Droplet } from "./resource.js";

/** A resource as shown in a list of the whole account. */
export interface ListedResource extends AssociatedResource {
    /** ISO date; null if the API does not say. */
    readonly createdAt: string | null;
}

export interface ListedVolume extends ListedResource {
    readonly kind: "volume";
    readonly dropletIds: readonly number[];
}

export interface ListedSnapshot extends ListedResource {
    readonly kind: "snapshot" | "volume_snapshot";
    /** The Droplet or volume that it was taken of; empty if the API does not say. */
    readonly ownerId: string;
}

/** A reserved IP's id is its address here, as everywhere except in a Droplet's associated list. */
export interface ListedReservedIp extends ListedResource {
    readonly kind: "reserved_ip";
    readonly dropletId: number | null;
}

/** An account's resources, as complete lists. Includes GPU Droplets, which the API lists separately. */
export interface Catalog {
    droplets(signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Names compare case-insensitively, and need not be unique. */
    dropletsNamed(name: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    dropletsTagged(tag: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    volumes(signal: AbortSignal): Promise<readonly ListedVolume[]>;
    snapshots(kind: ListedSnapshot["kind"], signal: AbortSignal): Promise<readonly ListedSnapshot[]>;
    reservedIps(signal: AbortSignal): Promise<readonly ListedReservedIp[]>;
}
