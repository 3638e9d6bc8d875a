import type { Client } from "./clients.js";
import { type Attempt, subjectOf, withToken } from "./credentials.js";
import type { PooledDroplet } from "../fleet/pool.js";
import type { Plugin } from "./plugin.js";
import { limited, timeoutOf } from "../stored/requests.js";
import type { AnyState } from "../stored/state.js";
import { confirmTeam } from "../teardown/assess.js";
import { withDeadline } from "../teardown/deadline.js";
import { knownOr, AbandonedError, AuthenticationError } from "../teardown/errors.js";
import type { TeardownRequest } from "../teardown/request.js";
import { tearDown } from "../teardown/run.js";

/** What ends a handler before its work is done, where a front end knows; the provider in users' state does not. */
export interface Limits {
    /** Ends every wait when it aborts: what DigitalOcean has accepted goes on, and the report says so. */
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

    /** @throws RefusedError unless the token is certain to belong to the recorded team */
    confirmTeam(): Promise<void> {
        const account = { kind: "recorded", id: this.state.seen.accountId } as const;
        return confirmTeam(account, this.client.api, this.signal);
    }

    /** Tears down one Droplet. Never throws; stops watching at the end. */
    tearDown(request: TeardownRequest, watched: PooledDroplet): ReturnType<typeof tearDown> {
        const { clock, engine } = this.plugin.runtime;
        const narrator = this.plugin.narrate(this.state.inputs);
        const effects = { ...watched, clock, narrator, throwIfAbandoned: engine.ensureAlive };
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
    const { inputs, seen } = state;
    const { clock, env } = plugin.runtime;
    const access = plugin.access(inputs);
    return whileWanted(caller, (wanted) =>
        withDeadline(clock, timeoutOf(limited(inputs, timeoutMs), env), wanted, (signal) =>
            withToken(access, subjectOf(inputs, seen.accountId), signal, (client) =>
                settle(begin(new Task(state, plugin, client, signal), work)),
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

async function unlessRejected<T>(work: Promise<T>): Promise<Attempt<T | null>> {
    try {
        return { value: await work, rejected: null };
    } catch (thrown) {
        return knownOr(thrown, AuthenticationError, (error) => ({ value: null, rejected: error }));
    }
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
