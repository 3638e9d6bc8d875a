import { notFound, unprocessable } from "../http/errors.js";
import { objects, text } from "../http/fields.js";
import type { Call, Reply } from "../http/message.js";
import { created, noContent, ok } from "../http/message.js";
import { page } from "../http/pagination.js";
import type { Route } from "../http/router.js";
import type { TagRecord } from "../state/records.js";
import type { World } from "../world.js";
import { found, param } from "./lookup.js";

const TAG_NAME = /^[a-zA-Z0-9_\-:]{1,255}$/;

interface Tagged {
    tags: string[];
}

/** Makes the tags that are not there yet, and returns all in the capitals they were first made with. */
export function ensureTags(world: World, team: string, names: readonly string[]): string[] {
    return [...new Set(names.map((name) => ensureTag(world, team, name).name))];
}

function ensureTag({ state, agenda }: World, team: string, name: string): TagRecord {
    if (!TAG_NAME.test(name)) {
        throw unprocessable("Tags may contain letters, numbers, colons, dashes, and underscores.");
    }
    const id = tagId(team, name);
    return state.tags.find(team, id) ?? state.tags.add({ id, team, name, createdAtMs: agenda.now() });
}

function tagId(team: string, name: string): string {
    return `${team}/${name.toLowerCase()}`;
}

function tagOf(call: Call): TagRecord {
    const { team } = call.caller;
    return found(call.world.state.tags.find(team, tagId(team, param(call, "tag"))));
}

function tagView(call: Call, tag: TagRecord): object {
    const { state } = call.world;
    const carries = (row: Tagged): boolean => row.tags.includes(tag.name);
    const droplets = state.droplets.list(tag.team).filter(carries);
    const volumes = state.volumes.list(tag.team).filter(carries);
    const snapshots = state.snapshots.list(tag.team).filter(carries);
    const images = snapshots.filter((snapshot) => snapshot.resourceType === "droplet");
    const volumeSnapshots = snapshots.filter((snapshot) => snapshot.resourceType === "volume");
    const groups = {
        droplets: statistics(call.url, "droplets", droplets),
        images: statistics(call.url, "images", images),
        volumes: statistics(call.url, "volumes", volumes),
        volume_snapshots: statistics(call.url, "snapshots", volumeSnapshots),
        databases: { count: 0 },
    };
    return {
        name: tag.name,
        resources: { count: droplets.length + volumes.length + snapshots.length, ...groups },
    };
}

function statistics(url: URL, path: string, rows: readonly { readonly id: string | number }[]): object {
    const last = rows.at(-1);
    return last === undefined
        ? { count: 0 }
        : { count: rows.length, last_tagged_uri: new URL(`/v2/${path}/${last.id}`, url).href };
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

function taggedRow(call: Call, id: string, kind: string): Tagged {
    const { state } = call.world;
    const { team } = call.caller;
    switch (kind) {
        case "droplet":
            return found(state.droplets.find(team, Number(id)));
        case "volume":
            return found(state.volumes.find(team, id));
        case "image":
        case "volume_snapshot":
        case "snapshot":
            return found(state.snapshots.find(team, id));
        default:
            throw notFound();
    }
}

function removeTag(row: Tagged, tag: TagRecord): void {
    row.tags = row.tags.filter((name) => name !== tag.name);
}

function deleteTag(call: Call): Reply {
    const { state } = call.world;
    const tag = tagOf(call);
    const rows: Tagged[] = [
        ...state.droplets.list(tag.team),
        ...state.volumes.list(tag.team),
        ...state.snapshots.list(tag.team),
    ];
    rows.forEach((row) => removeTag(row, tag));
    state.tags.remove(tag.id);
    return noContent();
}

export const tagRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/tags",
        scopes: ["tag:read"],
        answer: (call) =>
            page(call, "tags", call.world.state.tags.list(call.caller.team), (tag) => tagView(call, tag)),
    },
    {
        endpoint: "POST /v2/tags",
        scopes: ["tag:create"],
        answer: (call) => {
            const tag = ensureTag(call.world, call.caller.team, text(call.body, "name"));
            return created({ tag: tagView(call, tag) });
        },
    },
    {
        endpoint: "GET /v2/tags/:tag",
        scopes: ["tag:read"],
        answer: (call) => ok({ tag: tagView(call, tagOf(call)) }),
    },
    { endpoint: "DELETE /v2/tags/:tag", scopes: ["tag:delete"], answer: deleteTag },
    {
        endpoint: "POST /v2/tags/:tag/resources",
        scopes: ["tag:create"],
        answer: (call) =>
            eachResource(call, (row, tag) => {
                row.tags = [...new Set([...row.tags, tag.name])];
            }),
    },
    {
        endpoint: "DELETE /v2/tags/:tag/resources",
        scopes: ["tag:delete"],
        answer: (call) => eachResource(call, removeTag),
    },
];
