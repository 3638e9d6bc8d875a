import { type Call, requireOneOf, requireTagging, type Route } from "../http/call.js";
import { text, texts } from "../http/fields.js";
import { created, noContent, ok, page, type Reply } from "../http/reply.js";
import { addSnapshot, removeSnapshot } from "../state/links.js";
import type { DropletRecord, SnapshotRecord, VolumeRecord } from "../state/records.js";
import { snapshotView } from "../views/resources.js";
import type { World } from "../world.js";
import { lookUpSnapshot, lookUpVolume } from "./lookup.js";
import { ensureTags } from "./tags.js";

/** A share of the disk that an image of a fresh system takes. */
const USED_SHARE = 0.1;

export function snapshotDroplet(
    { state, agenda }: World,
    droplet: DropletRecord,
    name: string,
    { backup = false, startedAtMs = agenda.now() } = {},
): SnapshotRecord {
    const { diskGb } = droplet;
    return addSnapshot(state, {
        id: String(state.ids.image()),
        team: droplet.team,
        // A snapshot is as old as the action that took it: clients tell it from others by that.
        createdAtMs: startedAtMs,
        name,
        resourceType: "droplet",
        resourceId: String(droplet.id),
        backup,
        regions: [droplet.region],
        minDiskSize: diskGb,
        sizeGigabytes: Number((diskGb * USED_SHARE).toFixed(2)),
        tags: [],
        taggedAtMs: new Map(),
    });
}

export function snapshotVolume(
    { state, agenda, settings }: World,
    volume: VolumeRecord,
    name: string,
    tags: string[] = [],
): SnapshotRecord {
    return addSnapshot(state, {
        id: state.ids.uuid(),
        team: volume.team,
        createdAtMs: agenda.now(),
        name,
        resourceType: "volume",
        resourceId: volume.id,
        backup: false,
        regions: [volume.region],
        minDiskSize: volume.sizeGigabytes,
        sizeGigabytes: Math.min(volume.sizeGigabytes, settings.volumeWrittenGigabytes),
        tags,
        taggedAtMs: new Map(),
    });
}

/** `snapshot:read` opens both kinds; else the kind's own scope does. */
function kindScope(kind: string | null, verb: "read" | "delete"): string[] {
    const all = [`snapshot:${verb}`];
    switch (kind) {
        case "droplet":
            return [...all, `image:${verb}`];
        case "volume":
            return [...all, `block_storage_snapshot:${verb}`];
        default:
            return all;
    }
}

function listSnapshots(call: Call): Reply {
    const kind = call.url.searchParams.get("resource_type");
    requireOneOf(call.caller, kindScope(kind, "read"));
    const snapshots = call.world.state.snapshots
        .list(call.caller.team)
        .filter((snapshot) => !snapshot.backup)
        .filter((snapshot) => kind === null || snapshot.resourceType === kind);
    return page(call, "snapshots", snapshots, snapshotView);
}

function getSnapshot(call: Call): Reply {
    const snapshot = lookUpSnapshot(call);
    requireOneOf(call.caller, kindScope(snapshot.resourceType, "read"));
    return ok({ snapshot: snapshotView(snapshot) });
}

function deleteSnapshot(call: Call): Reply {
    const snapshot = lookUpSnapshot(call);
    requireOneOf(call.caller, kindScope(snapshot.resourceType, "delete"));
    removeSnapshot(call.world.state, snapshot);
    return noContent();
}

function createVolumeSnapshot(call: Call): Reply {
    const volume = lookUpVolume(call);
    requireTagging(call);
    const tags = ensureTags(call.world, call.caller.team, texts(call.body, "tags"));
    const snapshot = snapshotVolume(call.world, volume, text(call.body, "name"), tags);
    return created({ snapshot: snapshotView(snapshot) });
}

function listVolumeSnapshots(call: Call): Reply {
    const volume = lookUpVolume(call);
    const { state } = call.world;
    return page(
        call,
        "snapshots",
        volume.snapshotIds.flatMap((id) => state.snapshots.get(id) ?? []),
        snapshotView,
    );
}

export const snapshotRoutes: readonly Route[] = [
    { endpoint: "GET /v2/snapshots", scopes: [], answer: listSnapshots },
    { endpoint: "GET /v2/snapshots/:snapshot", scopes: [], answer: getSnapshot },
    { endpoint: "DELETE /v2/snapshots/:snapshot", scopes: [], answer: deleteSnapshot },
    { endpoint: "GET /v2/volumes/snapshots/:snapshot", scopes: [], answer: getSnapshot },
    { endpoint: "DELETE /v2/volumes/snapshots/:snapshot", scopes: [], answer: deleteSnapshot },
    {
        endpoint: "GET /v2/volumes/:volume/snapshots",
        scopes: ["block_storage_snapshot:read"],
        answer: listVolumeSnapshots,
    },
    {
        endpoint: "POST /v2/volumes/:volume/snapshots",
        scopes: ["block_storage_snapshot:create"],
        answer: createVolumeSnapshot,
    },
];
