import { createDropletApi, createFleetApi, createOwnershipApi } from "../digitalocean/api.js";
import {
    type Connection,
    type Endpoint,
    type Fetch,
    parseEndpoint,
    PUBLIC_ENDPOINT,
    recordTraffic,
    traceWhere,
} from "../digitalocean/connection.js";
import { watchServerTime } from "../digitalocean/exchange.js";
import { listingKey, type MeteredApi, Pool, type PooledDroplet, type Remote } from "../fleet/pool.js";
import type { OwnershipApi, SharedLists } from "../ownership/verdict.js";
import type { RateLimiter } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import { shareFrom } from "../polling/rate-limiter.js";
import type { RecordInputs, TeardownInputs } from "../stored/inputs.js";
import { findDroplet } from "../teardown/assess.js";
import { AuthenticationError, RefusedError, TeardownError } from "../teardown/errors.js";
import type { Droplet } from "../teardown/model.js";
import type { Access, Account, DropletApi } from "../teardown/ports.js";
import type { Runtime, TokenAdvice } from "./runtime.js";

/** The API for one operation, and its request totals. */
export interface Client extends MeteredApi {
    readonly ownership: OwnershipApi;
    readonly shared: SharedLists;
    /** DigitalOcean's time, Unix milliseconds; null: no answer had a date. */
    readonly serverNow: () => number | null;
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
    readonly serverNow: Client["serverNow"];
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
        return createClient(found);
    };
}

function createClient({ pool, remote, ownershipBy, serverNow, lists }: Shared): Client {
    const { limiter } = pool;
    return {
        ...remote.client(limiter),
        serverNow,
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
    const { fetch, serverNow } = watchServerTime(whileAlive(runtime.fetch, engine.ensureAlive), clock);
    // Teardowns share requests, so the trace belongs to the stack, not to one resource.
    // A line that cannot be shown is ignored.
    const traced = traceWhere(env, token, (line) => {
        void engine.log(line, "", false).catch(() => undefined);
    });
    const connection = { endpoint, token, fetch, clock, random, userAgent, ...traced };
    const remote = createRemote(connection);
    const pool = new Pool({ clock, remote, share: shareFrom(env), listingFor: stackListing, aim: "each" });
    const ownershipBy = (limiter: RateLimiter): OwnershipApi =>
        createOwnershipApi({ ...connection, limiter });
    return { remote, pool, ownershipBy, serverNow, lists: sharedLists(ownershipBy(pool.limiter), clock) };
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

/** DigitalOcean over HTTP for one token. Constant answers are fetched once for all its clients. */
export function createRemote(connection: Omit<Connection, "limiter">): Remote {
    const { clock } = connection;
    const account = new Once<Account | null>(clock);
    const access = {
        reserved_ip: new Once<Access>(clock),
        snapshot: new Once<Access>(clock),
        volume: new Once<Access>(clock),
        volume_snapshot: new Once<Access>(clock),
    };
    const onceForAll = (api: DropletApi): DropletApi => ({
        ...api,
        account: (signal) => account.ask((asking) => api.account(asking), signal),
        // eslint-disable-next-line no-restricted-syntax -- passes on what it is asked
        accessTo: (kind, signal) => access[kind].ask((asking) => api.accessTo(kind, asking), signal),
    });
    return {
        client: (limiter) => {
            const { traffic, observe, ...recorded } = recordTraffic(limiter, clock);
            const api = createDropletApi({ ...connection, ...recorded }, observe);
            return { api: onceForAll(api), traffic };
        },
        lists: (limiter) => createFleetApi({ ...connection, limiter }),
    };
}

/** A shared answer: the first caller fetches it for all; a failure is not cached. */
class Once<T> {
    #answer: Promise<T> | null = null;
    #askedAtMs = 0;
    readonly #clock: Pick<Clock, "monotonicMs">;
    readonly #maxAgeMs: number;

    /** @param maxAgeMs how long an answer serves; a constant one always does */
    constructor(clock: Pick<Clock, "monotonicMs">, maxAgeMs = Infinity) {
        this.#clock = clock;
        this.#maxAgeMs = maxAgeMs;
    }

    /** Joins an in-flight call; each caller keeps its own abort signal, and calls again if that call fails. */
    async ask(question: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
        for (let asked = this.#current(); asked !== null; asked = this.#current()) {
            const known = await unlessAborted(settled(asked), signal);
            if (known !== null) {
                return known.value;
            }
            this.#forget(asked);
        }
        const answer = question(signal);
        this.#answer = answer;
        this.#askedAtMs = this.#clock.monotonicMs();
        try {
            return await answer;
        } catch (error) {
            this.#forget(answer);
            throw error;
        }
    }

    #current(): Promise<T> | null {
        return this.#clock.monotonicMs() - this.#askedAtMs <= this.#maxAgeMs ? this.#answer : null;
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

/** A token, and where it comes from in a user's words. */
interface Credential {
    readonly token: string;
    readonly source: string;
}

/** Sources of tokens and endpoints, besides the resource's own argument. */
export interface TokenSources {
    /** Stack configuration by full key, such as `digitalocean:token`. */
    readonly config: (key: string) => string | undefined;
    /** What comes before the colon of these keys; "digitalocean" unless said. */
    readonly configuration?: string;
    /** Environment variables. */
    readonly env: (name: string) => string | undefined;
}

const TOKEN_ARGUMENT = "the argument token";

/** All available tokens, in the order in which they are tried, without duplicates. */
export function credentials(argument: string | undefined, sources: TokenSources): Credential[] {
    const { config, env } = sources;
    const key = configurationKey("token", sources);
    const places: readonly (readonly [string, string | undefined])[] = [
        [TOKEN_ARGUMENT, argument],
        [`the stack configuration ${key}`, config(key)],
        ["DIGITALOCEAN_TOKEN", env("DIGITALOCEAN_TOKEN")],
        ["DIGITALOCEAN_ACCESS_TOKEN", env("DIGITALOCEAN_ACCESS_TOKEN")],
    ];
    const all = places.map(([source, value]) => ({ token: value?.trim() ?? "", source }));
    const first = (token: string): number => all.findIndex((one) => one.token === token);
    return all.filter(({ token }, index) => token !== "" && first(token) === index);
}

/**
 * @param argument the endpoint of an explicit provider
 * @throws RefusedError for an endpoint that must not receive a token
 */
export function endpoint(argument: string | undefined, sources: TokenSources): Endpoint {
    const configured = sources.config(configurationKey("apiEndpoint", sources));
    const given = [argument, configured, sources.env("DIGITALOCEAN_API_URL")];
    return parseEndpoint(
        given.find((value) => value !== undefined && value.trim() !== "") ?? PUBLIC_ENDPOINT,
    );
}

/** The full key of a setting in the stack configuration. */
export function configurationKey(
    setting: "token" | "apiEndpoint",
    { configuration = "digitalocean" }: TokenSources,
): string {
    return `${configuration}:${setting}`;
}

/** The connection for one piece of work. */
export interface TokenAccess {
    readonly credentials: readonly Credential[];
    readonly endpoint: Endpoint;
    readonly clientFor: ClientFor;
    readonly advice: TokenAdvice;
}

/** What the work concerns, to validate a replacement token. */
interface TokenSubject {
    /** The recorded team; null: unknown. */
    readonly accountId: string | null;
    /** Whether the token sees it, since a team sees only its own. Called if the team is unknown. */
    readonly isVisible: (client: Client, signal: AbortSignal) => Promise<boolean>;
}

/** A resource's Droplet, or its tag where that is all there is. */
export function tokenSubject(inputs: TeardownInputs | RecordInputs, accountId: string | null): TokenSubject {
    return {
        accountId,
        isVisible: async ({ api, ownership }, signal) =>
            "dropletId" in inputs
                ? (await findDroplet(inputs.dropletId, api, signal)) !== null
                : (await ownership.tagCounts(inputs.tag, signal)) !== null,
    };
}

/** Result of one attempt; `rejected` is the 401 that ended it. */
export interface Attempt<T> {
    readonly value: T;
    readonly rejected: AuthenticationError | null;
}

/**
 * Runs the work with the first token that DigitalOcean accepts. At destroy, the engine passes the configuration of
 * the last `up`, so a token rotated since then is the normal case. A later token must belong to the same team.
 * @returns the attempt that was not rejected; else the last one, its message naming every token tried
 */
export async function withToken<T>(
    access: TokenAccess,
    subject: TokenSubject,
    signal: AbortSignal,
    work: (client: Client) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
    const tried: string[] = [];
    let last: Attempt<T> | null = null;
    for (const { token, source } of access.credentials) {
        const client = access.clientFor(token, access.endpoint);
        const objection = last === null ? null : await objectionTo(client, subject, signal);
        if (objection !== null) {
            tried.push(`${source} (${objection})`);
            continue;
        }
        last = await work(client);
        if (last.rejected === null) {
            return last;
        }
        tried.push(source);
    }
    if (last?.rejected == null) {
        throw new RefusedError("no usable DigitalOcean token", "no-token");
    }
    return { ...last, rejected: rejection(tried, last.rejected, access.advice) };
}

/** Why a later token must not be used; null if it may, or if it is rejected as well. */
async function objectionTo(
    client: Client,
    subject: TokenSubject,
    signal: AbortSignal,
): Promise<string | null> {
    try {
        const account = subject.accountId === null ? null : await client.api.account(signal);
        if (account !== null) {
            return account.id === subject.accountId ? null : "of another team";
        }
        return (await subject.isVisible(client, signal)) ? null : "cannot see the droplet";
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return null;
        }
        if (error instanceof TeardownError) {
            return `could not be checked: ${error.message}`;
        }
        throw error;
    }
}

function rejection(
    tried: readonly string[],
    last: AuthenticationError,
    { rejected }: TokenAdvice,
): AuthenticationError {
    const message = `DigitalOcean rejected every available token: ${tried.join(", ")}. ${rejected}`;
    return new AuthenticationError(message, last.status, last.requestId, { cause: last });
}
