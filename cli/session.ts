import { remoteOf } from "../provider/clients.js";
import { credentials, endpoint } from "../provider/credentials.js";
import { createCatalog } from "../provider/digitalocean/api.js";
import { type Endpoint, PUBLIC_ENDPOINT } from "../provider/digitalocean/connection.js";
import { traceWhere } from "../provider/digitalocean/traffic.js";
import { Pool, type Client } from "../provider/fleet/pool.js";
import { listingKey } from "../provider/fleet/read-list.js";
import { shareFrom } from "../provider/polling/budget.js";
import type { Catalog } from "../provider/teardown/ports.js";
import { ApiError, AuthenticationError } from "../provider/teardown/errors.js";
import { NoTokenError } from "./errors.js";
import type { Runtime } from "./runtime.js";
import { watchRequests, type Obstacle } from "./obstacle.js";

/** The Droplets of a run need not share a tag. */
const ALL_DROPLETS = listingKey({ by: "type", type: "droplets" });

/** One run's access to DigitalOcean, under one rate budget. */
export interface Session {
    readonly endpoint: Endpoint;
    readonly catalog: Catalog;
    /** The API for one operation, with its own request count. */
    readonly client: () => Client;
    /** What all teardowns of the run share. */
    readonly pool: Pool;
    /** Id of the token's account; null if it cannot be read. */
    account(signal: AbortSignal): Promise<string | null>;
    /** All requests so far. */
    requests(): number;
    /** Why its requests fail; null if the last one was answered. */
    obstacle(): Obstacle | null;
}

/**
 * The token and the endpoint come from the environment only.
 * @throws NoTokenError if there is no token
 * @throws RefusedError for an endpoint that must not receive a token
 */
export function openSession(runtime: Runtime): Session {
    const { clock, env, fetch, random, userAgent } = runtime;
    const settings = { config: () => undefined, env };
    const place = endpoint(undefined, settings);
    const [credential] = credentials(undefined, settings);
    if (credential === undefined) {
        throw new NoTokenError("there is no DigitalOcean token: set DIGITALOCEAN_TOKEN");
    }
    const { token, source } = credential;
    if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new NoTokenError(`the DigitalOcean token in ${source} contains spaces or line breaks`);
    }
    const { requests, obstacle, fetch: watchedFetch } = watchRequests(fetch, clock);
    const trace = traceWhere(env, token, (line) => runtime.stderr.write(`${line}\n`));
    const connection = { endpoint: place, token, fetch: watchedFetch, clock, random, userAgent, ...trace };
    const remote = remoteOf(connection);
    const pool = new Pool({
        clock,
        remote,
        share: shareFrom(env),
        listingOf: () => ALL_DROPLETS,
        aim: "last",
    });
    const client = (): Client => remote.client(pool.scheduler);
    const own = client();
    return {
        endpoint: place,
        catalog: createCatalog({ ...connection, budget: pool.scheduler }),
        client,
        pool,
        account: async (signal) => (await unlessUnanswered(own.api.account(signal)))?.id ?? null,
        requests,
        obstacle,
    };
}

/** A custom endpoint, for messages; null for the public one. */
export function foreignEndpoint({ base }: Endpoint): string | null {
    return base === PUBLIC_ENDPOINT ? null : base;
}

/** The account is only for the report: if the server does not provide it, the run continues. */
async function unlessUnanswered<T>(work: Promise<T>): Promise<T | null> {
    try {
        return await work;
    } catch (error) {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            return null;
        }
        throw error;
    }
}
