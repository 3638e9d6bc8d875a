import { type Call, requireScopes, requireTagging, type Route } from "../http/call.js";
import { list, text, texts } from "../http/fields.js";
import { accepted, badRequest, noContentOfJson, ok, page, type Reply, unprocessable } from "../http/reply.js";
import { isGpuSize } from "../state/catalog.js";
import type { DropletRecord } from "../state/records.js";
import { dropletSnapshotView, dropletView } from "../views/resources.js";
import { actionLink, refuseDuringDestroy, refuseWhilePending } from "./actions.js";
import { createDroplet } from "./create-droplet.js";
import { endDroplet } from "./destroy.js";
import { dropletsTagged, lookUpDroplet, tagNamed } from "./lookup.js";

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
    const { tagListHasGpus } = call.world.settings;
    const droplets = call.world.state.droplets
        .list(call.caller.team)
        .filter((droplet) => isGpuSize(droplet.size) === gpus || (tag !== null && tagListHasGpus))
        .filter((droplet) => tag === null || isListedUnder(call, droplet, tag))
        .filter((droplet) => name === null || droplet.name.toLowerCase() === name.toLowerCase());
    return page(call, "droplets", droplets, (droplet) => dropletView(call.world, droplet));
}

/** The list may lag behind the tags. */
function isListedUnder(call: Call, droplet: DropletRecord, name: string): boolean {
    const { agenda, settings } = call.world;
    const tag = tagNamed(call, name)?.name ?? "";
    const taggedAtMs = droplet.taggedAtMs.get(tag) ?? droplet.createdAtMs;
    return droplet.tags.includes(tag) && agenda.now() >= taggedAtMs + settings.tagListDelayMs;
}

/** The answer comes at once, the Droplet goes later; until then it reads as before. */
function deleteDroplet({ world }: Call, droplet: DropletRecord): void {
    const { deleteDuringDestroy, deleteDuringEvent, deleteOfNew } = world.settings;
    refuseDuringDestroy(world, droplet, deleteDuringDestroy);
    if (deleteDuringEvent === 422) {
        refuseWhilePending(world, droplet);
    }
    if (droplet.status === "new" && deleteOfNew === "ignored") {
        return;
    }
    world.agenda.later(world.settings.deleteDelayMs, () => {
        if (world.state.droplets.get(droplet.id) !== undefined) {
            endDroplet(world, droplet);
        }
    });
}

function deleteTagged(call: Call): Reply {
    requireScopes(call.caller, ["tag:read"]);
    const tag = call.url.searchParams.get("tag_name");
    if (tag === null || tag === "") {
        throw badRequest("tag_name is required");
    }
    dropletsTagged(call, tag).forEach((droplet) => deleteDroplet(call, droplet));
    return noContentOfJson();
}

function listImages(call: Call, key: string, backup: boolean): Reply {
    const { state } = call.world;
    const images = lookUpDroplet(call).snapshotIds.flatMap((id) => state.snapshots.get(id) ?? []);
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
        answer: (call) => ok({ droplet: dropletView(call.world, lookUpDroplet(call)) }),
    },
    {
        endpoint: "DELETE /v2/droplets/:droplet",
        scopes: ["droplet:delete"],
        answer: (call) => {
            deleteDroplet(call, lookUpDroplet(call));
            return noContentOfJson();
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
            lookUpDroplet(call);
            return page(call, "kernels", [], () => ({}));
        },
    },
    {
        endpoint: "GET /v2/droplets/:droplet/neighbors",
        scopes: ["droplet:read"],
        answer: (call) => {
            lookUpDroplet(call);
            return ok({ droplets: [] });
        },
    },
];

/** `POST /v2/droplets`: one by `name`, up to ten by `names`. */
export function createDroplets(call: Call): Reply {
    requireTagging(call);
    if (list(call.body, "volumes").length > 0) {
        requireScopes(call.caller, ["block_storage:read"]);
    }
    const several = call.body.names !== undefined;
    const names = several ? texts(call.body, "names") : [text(call.body, "name")];
    if (names.length === 0 || names.length > 10) {
        throw unprocessable("Between 1 and 10 names can be given.");
    }
    const made = names.map((name) => createDroplet(call.world, call.caller.team, { ...call.body, name }));
    const views = made.map(({ droplet }) => dropletView(call.world, droplet));
    const links = { actions: made.map(({ action }) => actionLink(call.url, action)) };
    return accepted(several ? { droplets: views, links } : { droplet: views[0], links });
}
