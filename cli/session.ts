import { remoteOf } from "../provider/clients.js";
import { credentials, endpoint } from "../provider/credentials.js";
import { createCatalog } from "../provider/digitalocean/catalog-api.js";
import { PUBLIC_ENDPOINT, type Endpoint } from "../provider/digitalocean/endpoint.js";
import { Pool, type Client } from "../provider/fleet/pool.js";
import { listingKey } from "../provider/fleet/read-list.js";
import { DEFAULT_SHARE, type RateBudget } from "../provider/polling/budget.js";
import type { Catalog } from "../provider/teardown/catalog.js";
import { ApiError, AuthenticationError } from "../provider/teardown/errors.js";
import type { Ledger } from "../provider/teardown/ports.js";
import { NoTokenError } from "./errors.js";
import type { Surroundings } from "./surroundings.js";

/** The Droplets of a run need not have a tag in common. */
const ALL_DROPLETS = listingKey({ by: "type", type: "droplets" });

/** One run's access to DigitalOcean, under one rate budget. */
export interface Session {
    readonly endpoint: Endpoint;
    readonly catalog: Catalog;
    /** For one operation, with its own count of requests. */
    readonly client: () => Client;
    /** What all teardowns of the run share. */
    readonly pool: Pool;
    /** Id of the token's account; null where it cannot be read. */
    account(signal: AbortSignal): Promise<string | null>;
    /** All requests so far. */
    requests(): number;
}

/**
 * The token and the endpoint come from the environment only.
 * @throws NoTokenError where there is no token
 * @throws RefusedError for an endpoint that a token must not be sent to
 */
export function openSession(surroundings: Surroundings): Session {
    const { clock, env, fetch, random, userAgent } = surroundings;
    const settings = { config: () => undefined, env };
    const place = endpoint(undefined, settings);
    const [credential] = credentials(undefined, settings);
    if (credential === undefined) {
        throw new NoTokenError("there is no DigitalOcean token: set DIGITALOCEAN_TOKEN");
    }
    const connection = { endpoint: place, token: credential.token, fetch, clock, random, userAgent };
    const remote = remoteOf(connection);
    const listed = { requests: 0 };
    const ledgers: Pick<Ledger, "requests">[] = [listed];
    const counted = (budget: RateBudget): Client => {
        const made = remote.client(budget);
        ledgers.push(made.ledger);
        return made;
    };
    const countedBudget = (budget: RateBudget): RateBudget => ({
        admit: (signal, urgency) => budget.admit(signal, urgency),
        observe: (answer) => {
            listed.requests += answer === null ? 0 : 1;
            budget.observe(answer);
        },
    });
    const pool = new Pool({
        clock,
        remote: { client: counted, lists: (budget) => remote.lists(countedBudget(budget)) },
        share: DEFAULT_SHARE,
        listingOf: () => ALL_DROPLETS,
    });
    const client = (): Client => counted(pool.scheduler);
    const own = client();
    return {
        endpoint: place,
        catalog: createCatalog({ ...connection, budget: pool.scheduler }, () => (listed.requests += 1)),
        client,
        pool,
        account: async (signal) => (await unlessUnanswered(own.api.account(signal)))?.id ?? null,
        requests: () => ledgers.reduce((sum, { requests }) => sum + requests, 0),
    };
}

/** An endpoint that is not the public one, to be named; null for the public one. */
export function foreignEndpoint({ base }: Endpoint): string | null {
    return base === PUBLIC_ENDPOINT ? null : base;
}

/** The account only stands in the report: a server that does not tell it stops nothing. */
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
