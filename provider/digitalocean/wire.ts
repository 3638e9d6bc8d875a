import type { Account, DropletPage, Placement } from "../teardown/ports.js";
import {
    type DestroyStatus,
    type Droplet,
    type DropletProgress,
    type Inventory,
    RESOURCE_KINDS,
    type ResourceKind,
    type ResourceProgress,
    type ResourceRef,
    sameResource,
} from "../teardown/model.js";
import {
    countOf,
    dropletIdOf,
    type Field,
    fieldOf,
    idOf,
    isUnset,
    type JsonObject,
    listOf,
    objectOf,
    optionalAmount,
    optionalName,
    optionalObject,
    optionalText,
    optionalTime,
    requiredField,
    requiredListOf,
    rootOf,
} from "./fields.js";

/** The lists of a resources object. A reserved IP is in two of them, with the same id. */
const LISTS: readonly (readonly [list: string, kind: ResourceKind])[] = [
    ["reserved_ips", "reserved_ip"],
    ["floating_ips", "reserved_ip"],
    ["snapshots", "snapshot"],
    ["volumes", "volume"],
    ["volume_snapshots", "volume_snapshot"],
];

/** Body of `GET /v2/droplets/{id}`. */
export function readDroplet(body: unknown): Droplet {
    return dropletOf(fieldOf(rootOf(body), "droplet"));
}

/** Body of `GET /v2/droplets`. */
export function readDropletPage(body: unknown): DropletPage {
    const meta = optionalObject(fieldOf(rootOf(body), "meta"));
    return {
        droplets: requiredListOf(fieldOf(rootOf(body), "droplets")).map(dropletOf),
        total: meta === null ? null : countOf(fieldOf(meta, "total", "meta")),
    };
}

/** One Droplet of an answer. */
export function dropletOf(entry: Field): Droplet {
    const droplet = objectOf(entry);
    const field = (name: string): Field => fieldOf(droplet, name, entry.path);
    const size = optionalObject(field("size"));
    return {
        id: dropletIdOf(field("id")),
        name: optionalName(field("name")) ?? "",
        status: optionalText(field("status")) ?? "",
        tags: listOf(field("tags")).flatMap((tag) => optionalName(tag) ?? []),
        monthlyPrice:
            size === null ? null : optionalAmount(fieldOf(size, "price_monthly", `${entry.path}.size`)),
        backups: listOf(field("backup_ids")).length,
    };
}

/** Body of `GET /v2/droplets/{id}/destroy_with_associated_resources`. */
export function readAssociated(body: unknown): Inventory {
    const root = rootOf(body);
    const listed = eachResource(root, "").map(({ ref, item, path }) => ({
        ...ref,
        name: optionalName(fieldOf(item, "name", path)) ?? "",
        monthlyCost: optionalAmount(fieldOf(item, "cost", path)),
    }));
    const resources = mergeTwins(listed, (first, second) => ({
        ...first,
        name: first.name || second.name,
        monthlyCost: first.monthlyCost ?? second.monthlyCost,
    }));
    const read = LISTS.filter(([list]) => Object.hasOwn(root, list)).map(([, kind]) => kind);
    return { resources, unread: RESOURCE_KINDS.filter((kind) => !read.includes(kind)) };
}

/** Body of `GET /v2/droplets/{id}/destroy_with_associated_resources/status`; an empty object means no destroy. */
export function readStatus(body: unknown): DestroyStatus {
    const root = rootOf(body);
    if (Object.keys(root).length === 0) {
        return { state: "none" };
    }
    const droplet = believed(progressOf(optionalObject(fieldOf(root, "droplet")) ?? {}, "droplet"));
    const lists = optionalObject(fieldOf(root, "resources"));
    const resources = lists === null ? [] : readProgress(lists);
    const completedAt = optionalTime(fieldOf(root, "completed_at"));
    const failures = Math.max(countOf(fieldOf(root, "failures")), errorsOf(droplet, resources));
    return completedAt === null
        ? { state: "running", droplet, resources }
        : { state: "completed", completedAt, failures, droplet, resources };
}

function readProgress(lists: JsonObject): readonly ResourceProgress[] {
    const listed = eachResource(lists, "resources").map(({ ref, item, path }) => ({
        ...ref,
        ...progressOf(item, path),
    }));
    const merged = mergeTwins(listed, (first, second) => ({
        ...first,
        name: first.name || second.name,
        destroyedAt: first.destroyedAt ?? second.destroyedAt,
        error: first.error ?? second.error,
    }));
    return merged.map(believed);
}

/** A time of destruction beside an error contradicts it, and proves nothing. */
function believed<T extends DropletProgress>(progress: T): T {
    return progress.error === null ? progress : { ...progress, destroyedAt: null };
}

function progressOf(item: JsonObject, path: string): DropletProgress {
    return {
        name: optionalName(fieldOf(item, "name", path)) ?? "",
        destroyedAt: optionalTime(fieldOf(item, "destroyed_at", path)),
        error: optionalText(fieldOf(item, "error_message", path)),
    };
}

function errorsOf(droplet: DropletProgress, resources: readonly ResourceProgress[]): number {
    return [droplet, ...resources].filter(({ error }) => error !== null).length;
}

interface ListedResource {
    readonly ref: ResourceRef;
    readonly item: JsonObject;
    readonly path: string;
}

function eachResource(lists: JsonObject, parent: string): readonly ListedResource[] {
    return LISTS.flatMap(([list, kind]) =>
        listOf(fieldOf(lists, list, parent)).map((entry) => {
            const item = objectOf(entry);
            return { ref: { kind, id: idOf(fieldOf(item, "id", entry.path)) }, item, path: entry.path };
        }),
    );
}

/** One entry per resource, in the order of its first mention. */
function mergeTwins<T extends ResourceRef & { readonly name: string }>(
    listed: readonly T[],
    merge: (first: T, second: T) => T,
): T[] {
    const merged: T[] = [];
    for (const resource of listed) {
        const index = merged.findIndex((other) => sameResource(other, resource));
        const first = merged[index];
        if (first === undefined) {
            merged.push(resource);
        } else {
            merged[index] = merge(first, resource);
        }
    }
    return merged;
}

/** Body of `GET /v2/account`; null if it names no team. */
export function readAccount(body: unknown): Account | null {
    const account = objectOf(fieldOf(rootOf(body), "account"));
    const team = optionalObject(fieldOf(account, "team", "account"));
    const id = team === null ? null : optionalText(fieldOf(team, "uuid", "account.team"));
    return id === null ? null : { id };
}

/** Body of `GET /v2/volumes/{id}`. Without its list of Droplets, a volume may be attached to one. */
export function readAttachments(body: unknown): Placement {
    const volume = objectOf(fieldOf(rootOf(body), "volume"));
    return { dropletIds: requiredListOf(fieldOf(volume, "droplet_ids", "volume")).map(dropletIdOf) };
}

/**
 * Body of `GET /v2/reserved_ips/{ip}`, whose Droplet is complete, null, or an empty object. If it is missing, the
 * address may be assigned.
 */
export function readAssignment(body: unknown): Placement {
    const address = objectOf(fieldOf(rootOf(body), "reserved_ip"));
    const droplet = optionalObject(requiredField(address, "droplet", "reserved_ip"));
    const unassigned = droplet === null || Object.keys(droplet).length === 0;
    return { dropletIds: unassigned ? [] : [dropletIdOf(fieldOf(droplet, "id", "reserved_ip.droplet"))] };
}

/** The ids in a page of snapshots. */
export function readSnapshotIds(body: unknown): readonly string[] {
    return requiredListOf(fieldOf(rootOf(body), "snapshots")).map((entry) =>
        idOf(fieldOf(objectOf(entry), "id", entry.path)),
    );
}

/** Body of `GET /v2/snapshots/{id}`: only an answer with a snapshot in it tells that it is there. It hangs on nothing. */
export function readSnapshotPlace(body: unknown): Placement {
    objectOf(fieldOf(rootOf(body), "snapshot"));
    return { dropletIds: [] };
}

/** Body of `GET /v2/snapshots/{id}`: what the snapshot was taken of; null where that is not told. */
export function readOwner(body: unknown): string | null {
    const snapshot = objectOf(fieldOf(rootOf(body), "snapshot"));
    const owner = fieldOf(snapshot, "resource_id", "snapshot");
    return isUnset(owner.value) ? null : idOf(owner);
}
