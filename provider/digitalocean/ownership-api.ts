import type { OwnershipApi, TagCounts } from "../ownership/tag-names.js";
import { ForbiddenError } from "../teardown/errors.js";
import { createCatalog } from "./api.js";
import { createHttpClient, segment } from "./http-client.js";
import { listAll } from "./pages.js";
import type { Connection, Observer } from "./connection.js";
import {
    countOf,
    fieldOf,
    objectOf,
    optionalObject,
    optionalText,
    requiredListOf,
    rootOf,
} from "./fields.js";
import { readDroplets } from "./wire-lists.js";

/** `OwnershipApi` over HTTP. The observer is called for every request sent, retries included. */
export function createOwnershipApi(
    connection: Connection,
    observe: Observer = () => undefined,
): OwnershipApi {
    const client = createHttpClient(connection, observe);
    const catalog = createCatalog(connection, observe);
    const list = (query: string, signal: AbortSignal) =>
        listAll(client, `/v2/droplets?${query}`, readDroplets, signal);
    return {
        createTag: (tag, signal) =>
            needing("tag:create", client.ensure("POST", "/v2/tags", { name: tag }, signal)),
        deleteTag: (tag, signal) =>
            needing("tag:delete", client.ensure("DELETE", tagPath(tag), null, signal)),
        untag: (tag, dropletId, signal) => {
            const resources = [{ resource_id: String(dropletId), resource_type: "droplet" }];
            const path = `${tagPath(tag)}/resources`;
            return needing("tag:delete", client.ensure("DELETE", path, { resources }, signal));
        },
        tagCounts: (tag, signal) => needing("tag:read", client.find(tagPath(tag), readTagCounts, signal)),
        tags: (signal) => needing("tag:read", listAll(client, "/v2/tags", readTagNames, signal)),
        tagged: (tag, signal) => needing("tag:read", list(`tag_name=${encodeURIComponent(tag)}`, signal)),
        gpuDroplets: (signal) => list("type=gpus", signal),
        named: (name, signal) => catalog.dropletsNamed(name, signal),
        droplets: (signal) => catalog.droplets(signal),
    };
}

/** Adds the required scope to a 403, which does not name it. */
async function needing<T>(scope: string, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        if (error instanceof ForbiddenError) {
            const message = `${error.message}: ${scope}`;
            throw new ForbiddenError(message, error.status, error.requestId, { cause: error });
        }
        throw error;
    }
}

function tagPath(tag: string): string {
    return `/v2/tags/${segment(tag)}`;
}

/** A page of `GET /v2/tags`. */
function readTagNames(body: unknown): string[] {
    return requiredListOf(fieldOf(rootOf(body), "tags")).map(
        (entry) => optionalText(fieldOf(objectOf(entry), "name", entry.path)) ?? "",
    );
}

/** `resources` of `GET /v2/tags/{name}`. A kind that is not told counts as all of them. */
function readTagCounts(body: unknown): TagCounts {
    const tag = objectOf(fieldOf(rootOf(body), "tag"));
    const all = optionalObject(fieldOf(tag, "resources", "tag"));
    if (all === null) {
        return { resources: 0, droplets: 0 };
    }
    const resources = countOf(fieldOf(all, "count", "tag.resources"));
    const droplets = optionalObject(fieldOf(all, "droplets", "tag.resources"));
    return {
        resources,
        droplets:
            droplets === null ? resources : countOf(fieldOf(droplets, "count", "tag.resources.droplets")),
    };
}
