import { type Call, requireTagging, type Route } from "../http/call.js";
import { type JsonObject, number, optionalNumber, optionalText, text, texts } from "../http/fields.js";
import { conflict, created, noContent, ok, page, type Reply, unprocessable } from "../http/reply.js";
import { removeVolume } from "../state/links.js";
import type { VolumeRecord } from "../state/records.js";
import { volumeView } from "../views/resources.js";
import type { World } from "../world.js";
import { requireRegion } from "./choices.js";
import { found, lookUpVolume } from "./lookup.js";
import { ensureTags } from "./tags.js";

const VOLUME_NAME = /^[a-z][a-z0-9-]{0,63}$/;

export function createVolume(world: World, team: string, body: JsonObject): VolumeRecord {
    const { state, agenda } = world;
    const name = text(body, "name");
    if (!VOLUME_NAME.test(name)) {
        throw unprocessable("Name must be lowercase alphanumeric or dashes, and begin with a letter.");
    }
    const snapshotId = optionalText(body, "snapshot_id");
    const snapshot = snapshotId ? found(state.snapshots.find(team, snapshotId)) : null;
    const region = requireRegion(snapshot?.regions[0] ?? text(body, "region"));
    if (state.volumes.list(team).some((volume) => volume.name === name && volume.region === region)) {
        throw conflict("a volume with the same name already exists in the region");
    }
    const size = optionalNumber(body, "size_gigabytes") ?? snapshot?.minDiskSize;
    return state.volumes.add({
        id: state.ids.uuid(),
        team,
        createdAtMs: agenda.now(),
        name,
        description: optionalText(body, "description") ?? "",
        region,
        sizeGigabytes: size ?? number(body, "size_gigabytes"),
        filesystemType: optionalText(body, "filesystem_type") ?? "",
        filesystemLabel: optionalText(body, "filesystem_label") ?? "",
        tags: ensureTags(world, team, texts(body, "tags")),
        taggedAtMs: new Map(),
        dropletId: null,
        snapshotIds: [],
    });
}

function listVolumes(call: Call): Reply {
    return page(call, "volumes", byNameAndRegion(call), volumeView);
}

function byNameAndRegion(call: Call): VolumeRecord[] {
    const name = call.url.searchParams.get("name");
    const region = call.url.searchParams.get("region");
    return call.world.state.volumes
        .list(call.caller.team)
        .filter((volume) => name === null || volume.name === name)
        .filter((volume) => region === null || volume.region === region);
}

function deleteVolume(call: Call, volume: VolumeRecord): Reply {
    if (volume.dropletId !== null) {
        throw conflict("attached volume cannot be deleted");
    }
    removeVolume(call.world.state, volume);
    return noContent();
}

function deleteByName(call: Call): Reply {
    text(Object.fromEntries(call.url.searchParams), "name");
    return deleteVolume(call, found(byNameAndRegion(call)[0]));
}

export const volumeRoutes: readonly Route[] = [
    { endpoint: "GET /v2/volumes", scopes: ["block_storage:read"], answer: listVolumes },
    {
        endpoint: "POST /v2/volumes",
        scopes: ["block_storage:create"],
        answer: (call) => {
            requireTagging(call);
            return created({ volume: volumeView(createVolume(call.world, call.caller.team, call.body)) });
        },
    },
    { endpoint: "DELETE /v2/volumes", scopes: ["block_storage:delete"], answer: deleteByName },
    {
        endpoint: "GET /v2/volumes/:volume",
        scopes: ["block_storage:read"],
        answer: (call) => ok({ volume: volumeView(lookUpVolume(call)) }),
    },
    {
        endpoint: "DELETE /v2/volumes/:volume",
        scopes: ["block_storage:delete"],
        answer: (call) => deleteVolume(call, lookUpVolume(call)),
    },
];
