import type {
    DropletAction,
    DropletSnapshot,
    ListedReservedIp,
    ListedSnapshot,
    ListedVolume,
} from "../teardown/ports.js";
import type { Droplet } from "../teardown/model.js";
import {
    decimalOf,
    dropletIdOf,
    type Field,
    fieldOf,
    given,
    idOf,
    isUnset,
    objectOf,
    optionalName,
    optionalObject,
    optionalText,
    optionalTime,
    requiredListOf,
    rootOf,
} from "./fields.js";
import { dropletOf } from "./wire.js";

/** Monthly cost in US cents, from DigitalOcean's price list: the lists have only sizes. */
const CENTS = { volumeGigabyte: 10, snapshotGigabyte: 6, unassignedIp: 500 } as const;

/** A page of `GET /v2/droplets`. */
export function readDroplets(body: unknown): readonly Droplet[] {
    return requiredListOf(fieldOf(rootOf(body), "droplets")).map(dropletOf);
}

/** A page of `GET /v2/volumes`. Without its list of Droplets, a volume may be attached to one. */
export function readVolumes(body: unknown): readonly ListedVolume[] {
    return eachOf(body, "volumes", (field) => ({
        kind: "volume",
        id: idOf(field("id")),
        name: optionalName(field("name")) ?? "",
        monthlyCost: costOf(field("size_gigabytes"), CENTS.volumeGigabyte),
        createdAt: optionalTime(field("created_at")),
        dropletIds: requiredListOf(field("droplet_ids")).map(dropletIdOf),
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

/** The same of every kind, by name alone. */
export function readNames(body: unknown): readonly { readonly id: string; readonly name: string }[] {
    return eachOf(body, "snapshots", (field) => ({
        id: idOf(field("id")),
        name: optionalName(field("name")) ?? "",
    }));
}

/** A page of `GET /v2/reserved_ips`, which has no date for an address. Without its Droplet, it may be assigned. */
export function readReservedIps(body: unknown): readonly ListedReservedIp[] {
    return eachOf(body, "reserved_ips", (field) => {
        const address = idOf(field("ip"));
        const droplet = optionalObject(given(field("droplet")));
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

/** @throws UnreadableError for an answer without the list */
export function requireList(body: unknown, list: string): void {
    requiredListOf(fieldOf(rootOf(body), list));
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

/** A page of `GET /v2/droplets/{id}/actions`. */
export function readActions(body: unknown): readonly DropletAction[] {
    return requiredListOf(fieldOf(rootOf(body), "actions")).map(actionOf);
}

/** Body of `GET /v2/droplets/{id}/actions/{action}`, and of the answer to its POST. */
export function readAction(body: unknown): DropletAction {
    return actionOf(fieldOf(rootOf(body), "action"));
}

function actionOf(entry: Field): DropletAction {
    const action = objectOf(entry);
    const status = optionalText(fieldOf(action, "status", entry.path));
    return {
        id: Number(idOf(fieldOf(action, "id", entry.path))),
        type: optionalText(fieldOf(action, "type", entry.path)) ?? "",
        startedAtMs: timeOf(fieldOf(action, "started_at", entry.path)),
        state: status === "completed" || status === "errored" ? status : "in-progress",
    };
}

function timeOf(field: Field): number | null {
    const time = optionalTime(field);
    return time === null ? null : Date.parse(time);
}

/** A page of `GET /v2/droplets/{id}/snapshots`. */
export function readDropletSnapshots(body: unknown): readonly DropletSnapshot[] {
    return requiredListOf(fieldOf(rootOf(body), "snapshots")).map((entry) => {
        const item = objectOf(entry);
        const field = (name: string): Field => fieldOf(item, name, entry.path);
        return {
            kind: "snapshot",
            id: idOf(field("id")),
            name: optionalName(field("name")) ?? "",
            monthlyCost: costOf(field("size_gigabytes"), CENTS.snapshotGigabyte),
            createdAtMs: timeOf(field("created_at")),
        };
    });
}
