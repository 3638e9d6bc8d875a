import type { Connection, Endpoint, Fetch } from "./digitalocean/connection.js";
import { createDropletApi, createFleetApi } from "./digitalocean/api.js";
import { createOwnershipApi } from "./digitalocean/ownership-api.js";
import { recordTraffic, traceWhere } from "./digitalocean/traffic.js";
import type { Engine, Surroundings } from "./runtime.js";
import { type Client as FleetClient, Pool, type Remote, type Watched } from "./fleet/pool.js";
import { listingKey } from "./fleet/read-list.js";
import type { OwnershipApi } from "./ownership/tag-names.js";
import type { RateBudget } from "./polling/admission.js";
import { shareFrom } from "./polling/budget.js";
import type { Account, DropletApi } from "./teardown/ports.js";
import type { Droplet, ResourceKind } from "./teardown/model.js";

/** A shared, constant answer: the first caller fetches it for all; a failure is not cached. */
export class Once<T> {
    #answer: Promise<T> | null = null;

    /** Joins an in-flight call; each caller keeps its own abort signal, and calls again if that call fails. */
    async ask(question: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
        for (let asked = this.#answer; asked !== null; asked = this.#answer) {
            const known = await unlessAborted(settled(asked), signal);
            if (known !== null) {
                return known.value;
            }
            this.#forget(asked);
        }
        const answer = question(signal);
        this.#answer = answer;
        try {
            return await answer;
        } catch (error) {
            this.#forget(answer);
            throw error;
        }
    }

    #forget(answer: Promise<T>): void {
        if (this.#answer === answer) {
            this.#answer = null;
        }
    }
}

function settled<T>(answer: Promise<T>): Promise<{ readonly value: T } | null> {
    return answer.then(
        (value) => ({ value }),
        () => null,
    );
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
        const abort = (): void => reject(signal.reason as Error);
        signal.addEventListener("abort", abort, { once: true });
        void work.then((value) => {
            signal.removeEventListener("abort", abort);
            resolve(value);
        });
    });
}

/** The API for one operation, and its request totals. */
export interface Client extends FleetClient {
    readonly ownership: OwnershipApi;
    /** The same for work that can wait until nothing else is pending. */
    readonly tidying: OwnershipApi;
    /** The same for the teardown of a Droplet, which shares its polling with all others of the process. */
    watching(dropletId: number): Watched;
    /** Admits the first requests of a teardown together. The result must be released. */
    begin(count: number, signal: AbortSignal): Promise<Beginning>;
}

/** A teardown whose first requests are admitted. */
export interface Beginning {
    readonly ownership: OwnershipApi;
    /** For a Droplet that was just read, which serves as the first read. */
    watching(droplet: Droplet): Watched;
    release(): void;
}

/** What all operations of a process with one token share: the budget, and answers that are fetched once. */
interface Shared {
    readonly pool: Pool;
    readonly remote: Remote;
    readonly ownershipBy: (budget: RateBudget) => OwnershipApi;
}

/** Answers fetched once per process and token. */
interface Asked {
    readonly account: Once<Account | null>;
    readonly readable: Readonly<Record<ResourceKind, Once<boolean>>>;
}

export type ClientFor = (token: string, endpoint: Endpoint) => Client;

/** Creates clients that share, per token and endpoint, one schedule and the constant answers. */
export function createClients(surroundings: Surroundings): ClientFor {
    const shared = new Map<string, Shared>();
    return (token, endpoint) => {
        const key = `${endpoint.base} ${token}`;
        const found = shared.get(key) ?? newShared(surroundings, token, endpoint);
        shared.set(key, found);
        return clientOf(found);
    };
}

function clientOf({ pool, remote, ownershipBy }: Shared): Client {
    const { scheduler } = pool;
    return {
        ...remote.client(scheduler),
        ownership: ownershipBy(scheduler),
        tidying: ownershipBy({
            admit: (signal) => scheduler.admit(signal, "tidy"),
            observe: (answer) => scheduler.observe(answer),
        }),
        watching: (dropletId) => pool.watch(dropletId, null),
        begin: async (count, signal) => {
            const group = await scheduler.admitGroup(count, signal);
            return {
                ownership: ownershipBy(group),
                watching: (droplet) => pool.watch(droplet.id, { droplet, listing: null }, undefined, group),
                release: () => group.release(),
            };
        },
    };
}

function newShared(surroundings: Surroundings, token: string, endpoint: Endpoint): Shared {
    const { clock, engine, env, random, userAgent } = surroundings;
    const fetch = whileAlive(surroundings.fetch, engine.ensureAlive);
    // Teardowns share requests, so the trace belongs to the stack, not to one resource.
    // A line that cannot be shown is ignored.
    const traced = traceWhere(env, token, (line) => {
        void engine.log(line, "", false).catch(() => undefined);
    });
    const connection = { endpoint, token, fetch, clock, random, userAgent, ...traced };
    const remote = remoteOf(connection);
    const pool = new Pool({ clock, remote, share: shareFrom(env), listingOf: stackListing, aim: "each" });
    return { remote, pool, ownershipBy: (budget) => createOwnershipApi({ ...connection, budget }) };
}

/** DigitalOcean over HTTP for one token. Constant answers are fetched once for all its clients. */
export function remoteOf(connection: Omit<Connection, "budget">): Remote {
    const readable = {
        reserved_ip: new Once<boolean>(),
        snapshot: new Once<boolean>(),
        volume: new Once<boolean>(),
        volume_snapshot: new Once<boolean>(),
    };
    const asked: Asked = { account: new Once(), readable };
    return {
        client: (budget) => {
            const { traffic, observe, ...recorded } = recordTraffic(budget, connection.clock);
            const api = createDropletApi({ ...connection, ...recorded }, observe);
            return { api: onceForAll(api, asked), traffic };
        },
        lists: (budget) => createFleetApi({ ...connection, budget }),
    };
}

/** Droplets of one stack carry the same tag, so one list shows all of them. */
function stackListing({ tags }: Droplet): string | null {
    const tag = tags.find((other) => other.toLowerCase().startsWith("teardown:"));
    return tag === undefined ? null : listingKey({ by: "tag", tag });
}

/** Reads the account and each kind's readability once per process. */
function onceForAll(api: DropletApi, { account, readable }: Asked): DropletApi {
    return {
        ...api,
        account: (signal) => account.ask((asking) => api.account(asking), signal),
        canRead: (kind, signal) => readable[kind].ask((asking) => api.canRead(kind, asking), signal),
    };
}

/** A change that has waited for its turn is not sent if its caller is gone. */
function whileAlive(fetch: Fetch, ensureAlive: Engine["ensureAlive"]): Fetch {
    return async (url, init) => {
        if (init.method !== "GET") {
            await ensureAlive();
        }
        return fetch(url, init);
    };
}
