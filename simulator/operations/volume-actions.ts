import type { Call, Route } from "../http/call.js";
import { number, text } from "../http/fields.js";
import { accepted, notFound, ok, type Reply, unprocessable } from "../http/reply.js";
import { attachVolume, detachVolume } from "../state/links.js";
import type { ActionRecord, VolumeRecord } from "../state/records.js";
import { actionView } from "../views/resources.js";
import { listActionsFor, startAction, startDropletAction } from "./actions.js";
import { dropletById, lookUpAction, lookUpVolume, param } from "./lookup.js";

function volumeKey(volumeId: string): string {
    return `volume ${volumeId}`;
}

function act(call: Call, volume: VolumeRecord): Reply {
    const type = text(call.body, "type");
    return accepted({ action: actionView(start(call, volume, type)) });
}

function start(call: Call, volume: VolumeRecord, type: string): ActionRecord {
    switch (type) {
        case "attach":
            return attach(call, volume);
        case "detach":
            return detach(call, volume);
        case "resize":
            return resize(call, volume);
        default:
            throw unprocessable(`Unknown volume action: ${type}`);
    }
}

function attach(call: Call, volume: VolumeRecord): ActionRecord {
    const droplet = dropletById(call, number(call.body, "droplet_id"));
    if (volume.dropletId !== null) {
        throw unprocessable("The volume is already attached to a Droplet.");
    }
    if (volume.region !== droplet.region) {
        throw unprocessable("The volume and the Droplet are in different regions.");
    }
    return startDropletAction(call.world, droplet, fields("attach_volume", volume), () =>
        attachVolume(volume, droplet),
    );
}

function detach(call: Call, volume: VolumeRecord): ActionRecord {
    const dropletId = number(call.body, "droplet_id");
    const droplet = call.world.state.droplets.find(call.caller.team, dropletId);
    if (droplet === undefined || volume.dropletId !== dropletId) {
        throw unprocessable("Attachment not found");
    }
    return startDropletAction(call.world, droplet, fields("detach_volume", volume), () =>
        detachVolume(call.world.state, volume),
    );
}

function resize(call: Call, volume: VolumeRecord): ActionRecord {
    const size = number(call.body, "size_gigabytes");
    if (size <= volume.sizeGigabytes) {
        throw unprocessable("New size must be larger than the current size.");
    }
    const action = { ...fields("resize_volume", volume), team: volume.team, region: volume.region };
    return startAction(call.world, action, () => {
        volume.sizeGigabytes = size;
    });
}

function fields(type: string, volume: VolumeRecord) {
    return {
        type,
        resourceType: "backend",
        resourceKey: volumeKey(volume.id),
        resourceId: null,
    } as const;
}

function actByName(call: Call): Reply {
    const name = text(call.body, "volume_name");
    const volume = call.world.state.volumes.list(call.caller.team).find((other) => other.name === name);
    if (volume === undefined) {
        throw notFound();
    }
    return act(call, volume);
}

/** The action stays readable after the volume has gone. */
function getAction(call: Call): Reply {
    return ok({ action: actionView(lookUpAction(call, volumeKey(param(call, "volume")))) });
}

export const volumeActionRoutes: readonly Route[] = [
    { endpoint: "POST /v2/volumes/actions", scopes: ["block_storage_action:create"], answer: actByName },
    {
        endpoint: "POST /v2/volumes/:volume/actions",
        scopes: ["block_storage_action:create"],
        answer: (call) => act(call, lookUpVolume(call)),
    },
    {
        endpoint: "GET /v2/volumes/:volume/actions",
        scopes: ["block_storage_action:read"],
        answer: (call) => listActionsFor(call, volumeKey(lookUpVolume(call).id)),
    },
    {
        endpoint: "GET /v2/volumes/:volume/actions/:action",
        scopes: ["block_storage_action:read"],
        answer: getAction,
    },
];
