import type { Catalog } from "../teardown/catalog.js";
import type { Droplet } from "../teardown/resource.js";
import { hasTag } from "../teardown/tag-guard.js";
import { createClient, type Reader } from "./client.js";
import type { Connection, Observer } from "./connection.js";
import { listAll } from "./pages.js";
import { readDroplets, readReservedIps, readSnapshots, readVolumes } from "./wire-lists.js";

/** `Catalog` over HTTP. The observer is called for every request sent, retries included. */
export function createCatalog(connection: Connection, observe: Observer = () => undefined): Catalog {
    const client = createClient(connection, observe);
    const all = <T>(path: string, read: Reader<readonly T[]>, signal: AbortSignal): Promise<readonly T[]> =>
        listAll(client, path, read, signal);
    const droplets = (query: string, signal: AbortSignal): Promise<readonly Droplet[]> =>
        all(`/v2/droplets?${query}`, readDroplets, signal);
    const both = async (query: string, gpuQuery: string, signal: AbortSignal): Promise<Droplet[]> => {
        const lists = await Promise.all([droplets(query, signal), droplets(gpuQuery, signal)]);
        return [...new Map(lists.flat().map((droplet) => [droplet.id, droplet])).values()];
    };
    return {
        droplets: (signal) => both("", "type=gpus", signal),
        dropletsNamed: async (name, signal) => {
            const filter = `name=${encodeURIComponent(name)}`;
            const found = await both(filter, `${filter}&type=gpus`, signal);
            // A server that ignores the filter answers with everything.
            return found.filter((droplet) => droplet.name.toLowerCase() === name.toLowerCase());
        },
        dropletsTagged: async (tag, signal) => {
            // The API does not combine a tag with a type.
            const found = await both(`tag_name=${encodeURIComponent(tag)}`, "type=gpus", signal);
            return found.filter((droplet) => hasTag(droplet, tag));
        },
        volumes: (signal) => all("/v2/volumes", readVolumes, signal),
        snapshots: (kind, signal) => {
            const type = kind === "snapshot" ? "droplet" : "volume";
            return all(`/v2/snapshots?resource_type=${type}`, (body) => readSnapshots(body, kind), signal);
        },
        reservedIps: (signal) => all("/v2/reserved_ips", readReservedIps, signal),
    };
}
