import type { AssociatedResource, Droplet } from "./resource.js";

/** A resource as a list of the whole account shows it. */
export interface ListedResource extends AssociatedResource {
    /** ISO date, or null where the API does not say. */
    readonly createdAt: string | null;
}

export interface ListedVolume extends ListedResource {
    readonly kind: "volume";
    readonly dropletIds: readonly number[];
}

export interface ListedSnapshot extends ListedResource {
    readonly kind: "snapshot" | "volume_snapshot";
    /** The Droplet or volume that it was taken of; empty where the API does not say. */
    readonly ownerId: string;
}

/** Here the id of a reserved IP is its address, as everywhere but in a Droplet's associated list. */
export interface ListedReservedIp extends ListedResource {
    readonly kind: "reserved_ip";
    readonly dropletId: number | null;
}

/** What an account has, whole lists at a time. GPU Droplets, which the API lists apart, are among the others. */
export interface Catalog {
    droplets(signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Names are compared without case, and need not be unique. */
    dropletsNamed(name: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    dropletsTagged(tag: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    volumes(signal: AbortSignal): Promise<readonly ListedVolume[]>;
    snapshots(kind: ListedSnapshot["kind"], signal: AbortSignal): Promise<readonly ListedSnapshot[]>;
    reservedIps(signal: AbortSignal): Promise<readonly ListedReservedIp[]>;
}
