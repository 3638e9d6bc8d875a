import type { Exchange } from "./digitalocean/connection.js";
import { createDropletApi } from "./digitalocean/droplet-api.js";
import type { Endpoint } from "./digitalocean/endpoint.js";
import { createRateBudget, type RateBudget } from "./polling/budget.js";
import type { Surroundings } from "./surroundings.js";
import type { Account, DropletApi, Ledger } from "./teardown/ports.js";
import type { ResourceKind } from "./teardown/resource.js";

/** The API for one operation, and what its requests add up to. */
export interface Client {
    readonly api: DropletApi;
    readonly ledger: Ledger;
}

/** What one token shares among all operations of a process: its budget, and what is asked only once. */
interface Shared {
    readonly budget: RateBudget;
    account: Promise<Account | null> | null;
    readonly readable: Map<ResourceKind, Promise<boolean>>;
}

export type ClientFor = (token: string, endpoint: Endpoint) => Client;

/** Makes clients that share, per token and endpoint, one rate budget and the answers that do not change. */
export function createClients(surroundings: Surroundings): ClientFor {
    const shared = new Map<string, Shared>();
    return (token, endpoint) => {
        const key = `${endpoint.base} ${token}`;
        const ours = shared.get(key) ?? newShared(surroundings);
        shared.set(key, ours);
        const { fetch, clock, random, userAgent } = surroundings;
        const ledger = { requests: 0, requestIds: [] as string[] };
        const connection = { endpoint, token, fetch, clock, random, userAgent, budget: ours.budget };
        const api = createDropletApi(connection, (exchange) => note(exchange, ledger));
        return { api: onceForAll(api, ours), ledger };
    };
}

function newShared({ clock }: Surroundings): Shared {
    return { budget: createRateBudget({ clock }), account: null, readable: new Map() };
}

function note(exchange: Exchange, ledger: { requests: number; requestIds: string[] }): void {
    ledger.requests += 1;
    const failed = exchange.status !== null && exchange.status >= 400 && exchange.status !== 404;
    if (exchange.requestId !== null && (exchange.method !== "GET" || failed)) {
        ledger.requestIds.push(exchange.requestId);
    }
}

/** Asks for the account and for each kind's readability once per process; an answer that failed is no answer. */
function onceForAll(api: DropletApi, shared: Shared): DropletApi {
    return {
        ...api,
        account: (signal) => {
            shared.account ??= api.account(signal).catch((error: unknown) => {
                shared.account = null;
                throw error;
            });
            return shared.account;
        },
        canRead: (kind, signal) => {
            const known = shared.readable.get(kind);
            if (known !== undefined) {
                return known;
            }
            const answer = api.canRead(kind, signal).catch((error: unknown) => {
                shared.readable.delete(kind);
                throw error;
            });
            shared.readable.set(kind, answer);
            return answer;
        },
    };
}
