import type { Endpoint } from "../digitalocean/connection.js";
import type { PooledDroplet } from "../fleet/pool.js";
import {
    Declarations,
    forgetIfUnused,
    RecordHandoff,
    RunningExecutors,
    TagMemory,
} from "../ownership/registry.js";
import type { OwnershipApi } from "../ownership/verdict.js";
import { datedBy } from "../polling/clock.js";
import type { CommonInputs } from "../stored/inputs.js";
import { type AnyState, limited, resolveTimeout } from "../stored/state.js";
import { confirmTeam, findDroplet } from "../teardown/assess.js";
import {
    AbandonedError,
    AuthenticationError,
    knownOr,
    OtherTeamError,
    RefusedError,
    unlessForbidden,
} from "../teardown/errors.js";
import type { Droplet } from "../teardown/model.js";
import type { ExpectedAccount } from "../teardown/plan.js";
import type { Narrator } from "../teardown/ports.js";
import type { TeardownRequest } from "../teardown/request.js";
import { tearDown, withDeadline } from "../teardown/run.js";
import {
    type Attempt,
    type Client,
    type ClientFor,
    createClients,
    credentials,
    endpoint,
    type TokenAccess,
    type TokenSources,
    tokenSubject,
    withToken,
} from "./clients.js";
import { narrateTo, type Runtime } from "./runtime.js";

/** The part of Pulumi's `ConfigureRequest` in use: `get` takes a full key such as `digitalocean:token`. */
export interface ConfigureRequest {
    readonly config: { get(key: string): string | undefined };
}

/** What all resources of a plugin process share. */
export class Plugin {
    readonly runtime: Runtime;
    readonly sources: TokenSources;
    readonly declarations = new Declarations();
    readonly handoff = new RecordHandoff();
    readonly executors = new RunningExecutors();
    /** Expiry tags that this process has made: of a new Droplet with any other, the time began before it. */
    readonly expiryTags = new Set<string>();
    /** What executors had before those, by their tags: no state has it, and a Droplet not for long. */
    readonly formerExpiryTags = new Map<string, string>();
    /** Endpoints of which no team could be read, as the resources give them, and when in monotonic time. */
    readonly unreadTeams = new Map<unknown, number>();
    readonly #clientFor: ClientFor;
    readonly #said = new Set<string>();
    #config: TokenSources["config"] = () => undefined;

    constructor(runtime: Runtime) {
        this.runtime = runtime;
        const { env, configuration } = runtime;
        this.sources = { config: (key) => this.#config(key), env, configuration };
        this.#clientFor = createClients(runtime);
    }

    /** Stores the configuration before it returns: a concurrent call may follow at once. */
    configure(request: ConfigureRequest): Promise<void> {
        this.#config = (key) => request.config.get(key);
        return Promise.resolve();
    }

    narrate(inputs: CommonInputs): Narrator {
        return narrateTo(this.runtime.engine, inputs.resourceUrn, this.secrets(inputs));
    }

    /** What must not be shown. */
    secrets({ token: argument }: CommonInputs): string[] {
        return credentials(argument, this.sources).map(({ token }) => token);
    }

    /** The lines that this process has not said yet. */
    once(lines: readonly string[]): readonly string[] {
        const news = lines.filter((line) => !this.#said.has(line));
        news.forEach((line) => this.#said.add(line));
        return news;
    }

    endpoint({ apiEndpoint }: CommonInputs): Endpoint {
        return endpoint(apiEndpoint, this.sources);
    }

    /** @throws RefusedError if there is no token */
    access(inputs: CommonInputs): TokenAccess {
        const found = credentials(inputs.token, this.sources);
        if (found.length === 0) {
            throw new RefusedError(this.runtime.tokenAdvice.missing, "no-token");
        }
        return {
            credentials: found,
            endpoint: this.endpoint(inputs),
            clientFor: this.#clientFor,
            advice: this.runtime.tokenAdvice,
        };
    }
}

/** What ends a handler before its work is done, where a front end knows; the provider in users' state does not. */
export interface Limits {
    /** Ends every wait when it aborts: what DigitalOcean has accepted continues, and the report says so. */
    readonly signal?: AbortSignal | undefined;
    /** In place of the resource's own `timeout`. `DROPLET_TEARDOWN_TIMEOUT` is stronger than both. */
    readonly timeoutMs?: number | undefined;
}

/** What a handler does for one resource, with one token and within the resource's timeout. */
export class Task<S extends AnyState> {
    constructor(
        readonly state: S,
        readonly plugin: Plugin,
        readonly client: Client,
        readonly signal: AbortSignal,
    ) {}

    /** DigitalOcean's time, by which all its dates are: ours may be wrong by minutes. */
    serverNow(): number {
        return this.client.serverNow() ?? this.plugin.runtime.clock.now();
    }

    /** Null: it does not exist. */
    findDroplet(dropletId: number): Promise<Droplet | null> {
        return findDroplet(dropletId, this.client.api, this.signal);
    }

    /** What the tags of an executor remember. */
    memory(executorTag: string): TagMemory {
        return new TagMemory(executorTag, this.client.ownership, this.signal);
    }

    /** Deletes a tag, unless something carries it or the token may not. */
    async forgetIfUnused(tag: string, api: OwnershipApi = this.client.ownership): Promise<void> {
        await unlessForbidden(forgetIfUnused(tag, api, this.signal));
    }

    /** Writes a permanent line on the resource's row. */
    announce(text: string): Promise<void> {
        return this.plugin.narrate(this.state.inputs).announce(text);
    }

    /**
     * Compares the team of the token with the recorded one, as far as both are known.
     * @throws RefusedError if they differ
     */
    async refuseOtherTeam(): Promise<void> {
        const { accountId } = this.state.seen;
        const account = accountId === null ? null : await this.client.api.account(this.signal);
        if (account !== null && account.id !== accountId) {
            await this.confirmTeam();
        }
    }

    /**
     * Compares the team of the token with that of the executor: another team's finds no Droplet of this one.
     * @throws OtherTeamError if they differ
     */
    async refuseTeamUnlike(team: string | undefined): Promise<void> {
        const account = team === undefined ? null : await this.client.api.account(this.signal);
        if (account !== null && account.id !== team) {
            throw new OtherTeamError(
                `the token belongs to another team (${account.id}) than the teardown of this droplet (${team})`,
                "wrong-team",
            );
        }
    }

    /** @throws RefusedError unless the token is certain to belong to the recorded team */
    async confirmTeam(): Promise<void> {
        return confirmTeam(await this.owner(), this.client.api, this.signal);
    }

    /**
     * Whose token it must be, in case a Droplet cannot be found. Where no team is recorded, because a token could not read
     * it, one that sees the executor's random tag is of its team.
     */
    async owner(): Promise<ExpectedAccount> {
        const { inputs, seen } = this.state;
        const tag = seen.accountId === null && "tag" in inputs ? inputs.tag : null;
        const isProven = tag !== null && (await this.client.ownership.tagCounts(tag, this.signal)) !== null;
        return isProven ? { kind: "any" } : { kind: "recorded", id: seen.accountId };
    }

    /** Tears down one Droplet. Never throws; stops watching at the end. */
    tearDown(request: TeardownRequest, watched: PooledDroplet): ReturnType<typeof tearDown> {
        const { clock, engine } = this.plugin.runtime;
        const effects = {
            ...watched,
            clock: datedBy(clock, this.client.serverNow),
            narrator: this.plugin.narrate(this.state.inputs),
            throwIfAbandoned: engine.ensureAlive,
        };
        return tearDown(request, effects, this.signal).finally(() => watched.poller.close());
    }
}

/**
 * Performs a task with the first accepted token, unless that is another team's: such a token sees nothing of the
 * resource, and what it made would be in no state.
 * @param settle tells an end that a 401 caused from any other
 */
export function attempt<S extends AnyState, T>(
    state: S,
    plugin: Plugin,
    work: (task: Task<S>) => Promise<T>,
    settle: (work: Promise<T>) => Promise<Attempt<T>>,
    { signal: caller, timeoutMs }: Limits = {},
): Promise<Attempt<T>> {
    const inputs = limited<S["inputs"]>(state.inputs, timeoutMs);
    const { clock, env } = plugin.runtime;
    return whileWanted(caller, (wanted) =>
        withDeadline(clock, resolveTimeout(inputs, env), wanted, (signal) =>
            withToken(plugin.access(inputs), tokenSubject(inputs, state.seen.accountId), signal, (client) =>
                settle(begin(new Task<S>({ ...state, inputs }, plugin, client, signal), work)),
            ),
        ),
    );
}

/**
 * The same for a task that a 401 ends.
 * @throws AuthenticationError if no token is accepted
 */
export async function perform<S extends AnyState, T>(
    state: S,
    plugin: Plugin,
    work: (task: Task<S>) => Promise<T>,
    limits?: Limits,
): Promise<T> {
    const { value, rejected } = await attempt<S, T | null>(state, plugin, work, unlessRejected, limits);
    if (rejected !== null) {
        throw rejected;
    }
    return value as T;
}

async function begin<S extends AnyState, T>(task: Task<S>, work: (task: Task<S>) => Promise<T>): Promise<T> {
    await task.plugin.runtime.engine.ensureAlive();
    await task.refuseOtherTeam();
    return work(task);
}

function unlessRejected<T>(work: Promise<T>): Promise<Attempt<T | null>> {
    return work.then(
        (value) => ({ value, rejected: null }),
        (thrown: unknown) => knownOr(thrown, AuthenticationError, (rejected) => ({ value: null, rejected })),
    );
}

/** Whatever reason the caller gives, the wait ends as an interruption. Leaves no listener behind. */
async function whileWanted<T>(
    caller: AbortSignal | undefined,
    work: (wanted: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
    if (caller === undefined) {
        return work(undefined);
    }
    const wanted = new AbortController();
    const abandon = (): void => wanted.abort(new AbandonedError("interrupted", { cause: caller.reason }));
    caller.addEventListener("abort", abandon, { once: true });
    if (caller.aborted) {
        abandon();
    }
    return work(wanted.signal).finally(() => caller.removeEventListener("abort", abandon));
}
