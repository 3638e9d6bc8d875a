import { badRequest } from "../http/errors.js";
import type { Call, Reply } from "../http/message.js";
import { noContent, ok } from "../http/message.js";
import { page } from "../http/pagination.js";
import type { Route } from "../http/router.js";
import { requireScopes } from "../http/tokens.js";
import { isGpuSize } from "../state/catalog.js";
import { removeDroplet } from "../state/links.js";
import type { DropletRecord } from "../state/records.js";
import { dropletView } from "../views/droplet.js";
import { dropletSnapshotView } from "../views/resources.js";
import type { World } from "../world.js";
import { createDroplets } from "./create-droplet.js";
import { dropletOf, dropletsTagged, tagNamed } from "./lookup.js";

function listDroplets(call: Call): Reply {
    const tag = call.url.searchParams.get("tag_name");
    const name = call.url.searchParams.get("name");
    const type = call.url.searchParams.get("type");
    if (tag !== null) {
        requireScopes(call.caller, ["tag:read"]);
        if (name !== null || type !== null) {
            throw badRequest("tag_name cannot be combined with name or type.");
        }
    }
    const gpus = type === "gpus";
    const droplets = call.world.state.droplets
        .list(call.caller.team)
        .filter((droplet) => isGpuSize(droplet.size) === gpus)
        .filter((droplet) => tag === null || isListedUnder(call, droplet, tag))
        .filter((droplet) => name === null || droplet.name.toLowerCase() === name.toLowerCase());
    return page(call, "droplets", droplets, (droplet) => dropletView(call.world, droplet));
}

/** The list may lag behind the tags. */
function isListedUnder(call: Call, droplet: DropletRecord, name: string): boolean {
    const { agenda, settings } = call.world;
    const taggedAtMs = droplet.taggedAtMs.get(tagNamed(call, name)?.name ?? "") ?? Infinity;
    return agenda.now() >= taggedAtMs + settings.tagListDelayMs;
}

/** The answer comes at once, the Droplet goes later; until then it reads as before. */
export function deleteDroplet(world: World, droplet: DropletRecord): void {
    world.agenda.later(world.settings.deleteDelayMs, () => {
        if (world.state.droplets.get(droplet.id) !== undefined) {
            removeDroplet(world.state, droplet);
        }
    });
}

function deleteTagged(call: Call): Reply {
    requireScopes(call.caller, ["tag:read"]);
    const tag = call.url.searchParams.get("tag_name");
    if (tag === null || tag === "") {
        throw badRequest("tag_name is required");
    }
    dropletsTagged(call, tag).forEach((droplet) => deleteDroplet(call.world, droplet));
    return noContent();
}

function listImages(call: Call, key: string, backup: boolean): Reply {
    const { state } = call.world;
    const images = dropletOf(call).snapshotIds.flatMap((id) => state.snapshots.get(id) ?? []);
    return page(
        call,
        key,
        images.filter((image) => image.backup === backup),
        dropletSnapshotView,
    );
}

export const dropletRoutes: readonly Route[] = [
    { endpoint: "GET /v2/droplets", scopes: ["droplet:read"], answer: listDroplets },
    { endpoint: "POST /v2/droplets", scopes: ["droplet:create"], answer: createDroplets },
    { endpoint: "DELETE /v2/droplets", scopes: ["droplet:delete"], answer: deleteTagged },
    {
        endpoint: "GET /v2/droplets/:droplet",
        scopes: ["droplet:read"],
        answer: (call) => ok({ droplet: dropletView(call.world, dropletOf(call)) }),
    },
    {
        endpoint: "DELETE /v2/droplets/:droplet",
        scopes: ["droplet:delete"],
        answer: (call) => {
            deleteDroplet(call.world, dropletOf(call));
            return noContent();
        },
    },
    {
        endpoint: "GET /v2/droplets/:droplet/snapshots",
        scopes: ["droplet:read"],
        answer: (call) => listImages(call, "snapshots", false),
    },
    {
        endpoint: "GET /v2/droplets/:droplet/backups",
        scopes: ["droplet:read"],
        answer: (call) => listImages(call, "backups", true),
    },
    {
        endpoint: "GET /v2/droplets/:droplet/kernels",
        scopes: ["droplet:read"],
        answer: (call) => {
            dropletOf(call);
            return page(call, "kernels", [], () => ({}));
        },
    },
    {
        endpoint: "GET /v2/droplets/:droplet/neighbors",
        scopes: ["droplet:read"],
        answer: (call) => {
            dropletOf(call);
            return ok({ droplets: [] });
        },
    },
];
