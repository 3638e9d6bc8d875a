import { type Call, type Caller, hasScope, requireScopes, type Route } from "../http/call.js";
import { objects, text } from "../http/fields.js";
import {
    created,
    noContent,
    notFound,
    ok,
    page,
    type Reply,
    unprocessable,
    WireError,
} from "../http/reply.js";
import { addTag, deleteTag, putTag, removeTag, type Tagged, taggedWith } from "../state/links.js";
import type { TagRecord } from "../state/records.js";
import type { State } from "../state/state.js";
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

function lookUpTag(call: Call): TagRecord {
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
    const tag = lookUpTag(call);
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
        answer: (call) => ok({ tag: view(call, lookUpTag(call)) }),
    },
    {
        endpoint: "DELETE /v2/tags/:tag",
        scopes: ["tag:delete"],
        answer: (call) => {
            deleteTag(call.world.state, lookUpTag(call));
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

interface Row {
    readonly id: string | number;
    readonly createdAtMs: number;
    readonly taggedAtMs: ReadonlyMap<string, number>;
}

/** Something that carries a tag, and since when. */
interface Use {
    readonly path: string;
    readonly sinceMs: number;
}

/** A tag with the counts of what carries it; a kind that the caller may not read is left out. */
export function tagView(state: State, caller: Caller, url: URL, tag: TagRecord): object {
    const { droplets, volumes, images, volumeSnapshots } = taggedWith(state, tag);
    const uses = (path: string, rows: readonly Row[]): Use[] =>
        rows.map(({ id, taggedAtMs, createdAtMs }) => ({
            path: `/v2/${path}/${id}`,
            sinceMs: taggedAtMs.get(tag.name) ?? createdAtMs,
        }));
    const kinds: readonly (readonly [string, string, Use[]])[] = [
        ["droplets", "droplet:read", uses("droplets", droplets)],
        ["images", "image:read", uses("images", images)],
        ["volumes", "block_storage:read", uses("volumes", volumes)],
        ["volume_snapshots", "block_storage_snapshot:read", uses("snapshots", volumeSnapshots)],
        ["databases", "database:read", []],
    ];
    const visible = kinds.filter(([, scope]) => hasScope(caller, scope));
    const each = visible.map(([kind, , ofKind]) => [kind, statistics(url, ofKind)]);
    const all = statistics(
        url,
        visible.flatMap(([, , ofKind]) => ofKind),
    );
    return { name: tag.name, resources: { ...all, ...(Object.fromEntries(each) as object) } };
}

function statistics(url: URL, uses: readonly Use[]): object {
    const last = uses.reduce<Use | null>(
        (one, other) => (one === null || other.sinceMs >= one.sinceMs ? other : one),
        null,
    );
    return {
        count: uses.length,
        ...(last === null ? {} : { last_tagged_uri: new URL(last.path, url).href }),
    };
}
