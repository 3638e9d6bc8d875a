import type { ListedReservedIp, ListedSnapshot, ListedVolume } from "../teardown/catalog.js";
import type { Droplet } from "../teardown/resource.js";
import { decimalOf } from "./decimal.js";
import {
    dropletIdOf,
    fieldOf,
    idOf,
    isUnset,
    listOf,
    objectOf,
    optionalObject,
    optionalName,
    optionalTime,
    requiredListOf,
    rootOf,
    type Field,
} from "./wire-fields.js";
import { dropletOf } from "./wire.js";

/** Monthly cost in US cents, from DigitalOcean's price list: the lists have only sizes. */
const CENTS = { volumeGigabyte: 10, snapshotGigabyte: 6, unassignedIp: 500 } as const;

/** A page of `GET /v2/droplets`. */
export function readDroplets(body: unknown): readonly Droplet[] {
    return requiredListOf(fieldOf(rootOf(body), "droplets")).map(dropletOf);
}

/** A page of `GET /v2/volumes`. */
export function readVolumes(body: unknown): readonly ListedVolume[] {
    return eachOf(body, "volumes", (field) => ({
        kind: "volume",
        id: idOf(field("id")),
        name: optionalName(field("name")) ?? "",
        monthlyCost: costOf(field("size_gigabytes"), CENTS.volumeGigabyte),
        createdAt: optionalTime(field("created_at")),
        dropletIds: listOf(field("droplet_ids")).map(dropletIdOf),
    }));
}

/** A page of `GET /v2/snapshots?resource_type=…`. */
export function readSnapshots(body: unknown, kind: ListedSnapshot["kind"]): readonly ListedSnapshot[] {
    return eachOf(body, "snapshots", (field) => ({
        kind,
        id: idOf(field("id")),
        name: optionalName(field("name")) ?? "",
        monthlyCost: costOf(field("size_gigabytes"), CENTS.snapshotGigabyte),
        createdAt: optionalTime(field("created_at")),
        ownerId: isUnset(field("resource_id").value) ? "" : idOf(field("resource_id")),
    }));
}

/** A page of `GET /v2/reserved_ips`; the API has no date for an address. */
export function readReservedIps(body: unknown): readonly ListedReservedIp[] {
    return eachOf(body, "reserved_ips", (field) => {
        const address = idOf(field("ip"));
        const droplet = optionalObject(field("droplet"));
        const assigned = droplet !== null && Object.keys(droplet).length > 0;
        return {
            kind: "reserved_ip",
            id: address,
            name: address,
            monthlyCost: assigned ? "0.00" : decimalOf(CENTS.unassignedIp / 100),
            createdAt: optionalTime(field("created_at")),
            dropletId: assigned ? dropletIdOf(fieldOf(droplet, "id", field("droplet").path)) : null,
        };
    });
}

function eachOf<T>(body: unknown, list: string, read: (field: (name: string) => Field) => T): T[] {
    return requiredListOf(fieldOf(rootOf(body), list)).map((entry) => {
        const item = objectOf(entry);
        return read((name) => fieldOf(item, name, entry.path));
    });
}

function costOf({ value }: Field, centsPerGigabyte: number): string | null {
    return typeof value === "number" ? decimalOf((value * centsPerGigabyte) / 100) : null;
}
