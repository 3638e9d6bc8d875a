import type { Endpoint, Fetch } from "../digitalocean/connection.js";
import { createOwnershipApi } from "../digitalocean/ownership-api.js";
import { traceWhere } from "../digitalocean/traffic.js";
import { type MeteredApi, listingKey, Pool, type Remote, type PooledDroplet } from "../fleet/pool.js";
import type { OwnershipApi, SharedLists } from "../ownership/tag-names.js";
import type { RateLimiter } from "../polling/admission.js";
import { shareFrom } from "../polling/rate-limiter.js";
import { Once, remoteOf } from "./remote.js";
import type { Runtime } from "./runtime.js";
import type { Droplet } from "../teardown/model.js";

/** The API for one operation, and its request totals. */
export interface Client extends MeteredApi {
    readonly ownership: OwnershipApi;
    readonly shared: SharedLists;
    /** The ownership API for work that can wait until nothing else is pending. */
    readonly tidying: OwnershipApi;
    /** The same for the teardown of a Droplet, which shares its polling with all others of the process. */
    watching(dropletId: number): PooledDroplet;
    /** Admits the first requests of a teardown together. The result must be released. */
    begin(count: number, signal: AbortSignal): Promise<Beginning>;
}

/** A teardown whose first requests are admitted. */
export interface Beginning {
    readonly ownership: OwnershipApi;
    /** For a Droplet that was just read, which serves as the first read. */
    watching(droplet: Droplet): PooledDroplet;
    release(): void;
}

/** What all operations of a process with one token share: the rate limiter, and answers that are fetched once. */
interface Shared {
    readonly pool: Pool;
    readonly remote: Remote;
    readonly ownershipBy: (limiter: RateLimiter) => OwnershipApi;
    readonly lists: SharedLists;
}

export type ClientFor = (token: string, endpoint: Endpoint) => Client;

/** How long a list serves all resources of a process. A list of tags only says which tags to ask for by name. */
const MAX_AGE_MS = { gpuDroplets: 60_000, tags: 600_000 } as const;

/** Creates clients that share, per token and endpoint, one schedule and the constant answers. */
export function createClients(runtime: Runtime): ClientFor {
    const shared = new Map<string, Shared>();
    return (token, endpoint) => {
        const key = `${endpoint.base} ${token}`;
        const found = shared.get(key) ?? newShared(runtime, token, endpoint);
        shared.set(key, found);
        return clientOf(found);
    };
}

function clientOf({ pool, remote, ownershipBy, lists }: Shared): Client {
    const { limiter } = pool;
    return {
        ...remote.client(limiter),
        ownership: ownershipBy(limiter),
        shared: lists,
        tidying: ownershipBy({
            admit: (signal) => limiter.admit(signal, "tidy"),
            observe: (answer) => limiter.observe(answer),
        }),
        watching: (dropletId) => pool.watch(dropletId, null),
        begin: async (count, signal) => {
            const group = await limiter.admitGroup(count, signal);
            return {
                ownership: ownershipBy(group),
                watching: (droplet) => pool.watch(droplet.id, { droplet, listing: null }, undefined, group),
                release: () => group.release(),
            };
        },
    };
}

function newShared(runtime: Runtime, token: string, endpoint: Endpoint): Shared {
    const { clock, engine, env, random, userAgent } = runtime;
    const fetch = whileAlive(runtime.fetch, engine.ensureAlive);
    // Teardowns share requests, so the trace belongs to the stack, not to one resource.
    // A line that cannot be shown is ignored.
    const traced = traceWhere(env, token, (line) => {
        void engine.log(line, "", false).catch(() => undefined);
    });
    const connection = { endpoint, token, fetch, clock, random, userAgent, ...traced };
    const remote = remoteOf(connection);
    const pool = new Pool({ clock, remote, share: shareFrom(env), listingOf: stackListing, aim: "each" });
    const ownershipBy = (limiter: RateLimiter): OwnershipApi =>
        createOwnershipApi({ ...connection, limiter });
    return { remote, pool, ownershipBy, lists: sharedLists(ownershipBy(pool.limiter), clock) };
}

function sharedLists(ownership: OwnershipApi, clock: Runtime["clock"]): SharedLists {
    const gpuDroplets = new Once<readonly Droplet[]>(clock, MAX_AGE_MS.gpuDroplets);
    const tags = new Once<readonly string[]>(clock, MAX_AGE_MS.tags);
    return {
        gpuDroplets: (signal) => gpuDroplets.ask((asking) => ownership.gpuDroplets(asking), signal),
        tags: (signal) => tags.ask((asking) => ownership.tags(asking), signal),
    };
}

/** Droplets of one stack carry the same tag, so one list shows all of them. */
function stackListing({ tags }: Droplet): string | null {
    const tag = tags.find((other) => other.toLowerCase().startsWith("teardown:"));
    return tag === undefined ? null : listingKey({ by: "tag", tag });
}

/** A change that has waited for its turn is not sent if its caller is gone. */
function whileAlive(fetch: Fetch, ensureAlive: Runtime["engine"]["ensureAlive"]): Fetch {
    return async (url, init) => {
        if (init.method !== "GET") {
            await ensureAlive();
        }
        return fetch(url, init);
    };
}
