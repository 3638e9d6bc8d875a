import { WireError, notFound, unprocessable } from "../http/errors.js";
import { objects, text, texts } from "../http/fields.js";
import type { Call, Reply } from "../http/message.js";
import { created, noContent, ok } from "../http/message.js";
import { page } from "../http/pagination.js";
import type { Route } from "../http/router.js";
import { requireScopes } from "../http/tokens.js";
import type { TagRecord } from "../state/records.js";
import { type Tagged, addTag, deleteTag, putTag, removeTag } from "../state/tags.js";
import { tagView } from "../views/tag.js";
import type { World } from "../world.js";
import { found, param, tagNamed } from "./lookup.js";

const TAG_NAME = /^[a-zA-Z0-9_\-:]{1,255}$/;

/** Makes the tags that are not there yet, and returns all in the capitals they were first made with. */
export function ensureTags(world: World, team: string, names: readonly string[]): string[] {
    return [...new Set(names.map((name) => ensureTag(world, team, name).name))];
}

export function ensureTag({ state, agenda }: World, team: string, name: string): TagRecord {
    if (!TAG_NAME.test(name)) {
        throw unprocessable("Tags may contain letters, numbers, colons, dashes, and underscores.");
    }
    return putTag(state, team, name, agenda.now());
}

/** Tags in the body of a create take a scope of their own. */
export function requireTagging(call: Call): void {
    if (texts(call.body, "tags").length > 0) {
        requireScopes(call.caller, ["tag:create"]);
    }
}

function tagOf(call: Call): TagRecord {
    return found(tagNamed(call, param(call, "tag")));
}

function view(call: Call, tag: TagRecord): object {
    return tagView(call.world.state, call.caller, call.url, tag);
}

function createTag(call: Call): Reply {
    const name = text(call.body, "name");
    if (!TAG_NAME.test(name)) {
        throw invalidName(name);
    }
    return created({ tag: view(call, ensureTag(call.world, call.caller.team, name)) });
}

/** Here alone the API answers in another form of error. */
function invalidName(name: string): WireError {
    const error = `Error validating resource tag: "${name}" contains invalid characters`;
    const cause = `rpc error: code = InvalidArgument desc = ${error}`;
    return new WireError(400, "bad_request", error, {}, { error, messages: null, root_causes: [cause] });
}

/** Applies `change` to every resource that the body names. */
function eachResource(call: Call, change: (row: Tagged, tag: TagRecord) => void): Reply {
    const tag = tagOf(call);
    const rows = objects(call.body, "resources").map((resource) => {
        const id = String(resource.resource_id);
        return taggedRow(call, id, text(resource, "resource_type"));
    });
    rows.forEach((row) => change(row, tag));
    return noContent();
}

/** A Droplet and an image take the scope of an update too; for the other kinds none is published. */
function taggedRow(call: Call, id: string, kind: string): Tagged {
    const { state } = call.world;
    const { team } = call.caller;
    switch (kind) {
        case "droplet":
            requireScopes(call.caller, ["droplet:update"]);
            return found(state.droplets.find(team, Number(id)));
        case "volume":
            return found(state.volumes.find(team, id));
        case "image":
            requireScopes(call.caller, ["image:update"]);
            return found(state.snapshots.find(team, id));
        case "volume_snapshot":
            return found(state.snapshots.find(team, id));
        default:
            throw notFound();
    }
}

export const tagRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/tags",
        scopes: ["tag:read"],
        answer: (call) =>
            page(call, "tags", call.world.state.tags.list(call.caller.team), (tag) => view(call, tag)),
    },
    { endpoint: "POST /v2/tags", scopes: ["tag:create"], answer: createTag },
    {
        endpoint: "GET /v2/tags/:tag",
        scopes: ["tag:read"],
        answer: (call) => ok({ tag: view(call, tagOf(call)) }),
    },
    {
        endpoint: "DELETE /v2/tags/:tag",
        scopes: ["tag:delete"],
        answer: (call) => {
            deleteTag(call.world.state, tagOf(call));
            return noContent();
        },
    },
    {
        endpoint: "POST /v2/tags/:tag/resources",
        scopes: ["tag:create"],
        answer: (call) => eachResource(call, (row, tag) => addTag(row, tag, call.world.agenda.now())),
    },
    {
        endpoint: "DELETE /v2/tags/:tag/resources",
        scopes: ["tag:delete"],
        answer: (call) => eachResource(call, removeTag),
    },
];
