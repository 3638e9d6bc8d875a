import type { Client } from "./clients.js";
import { type Attempt, subjectOf, withToken } from "./credentials.js";
import type { PooledDroplet } from "./fleet/pool.js";
import type { Plugin } from "./plugin.js";
import { timeoutOf } from "./requests.js";
import type { RecordState, TeardownState } from "./state.js";
import { withDeadline } from "./teardown/deadline.js";
import { AbandonedError, AuthenticationError } from "./teardown/errors.js";
import { confirmSameAccount } from "./teardown/guards.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";

/** What a handler does for one resource, with one token and within the resource's timeout. */
export class Task<S extends TeardownState | RecordState> {
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

    /** @throws RefusedError unless the token is certain to belong to the recorded team */
    confirmTeam(): Promise<void> {
        const account = { kind: "recorded", id: this.state.accountId } as const;
        return confirmSameAccount(account, this.client.api, this.signal);
    }

    /** Tears down one Droplet. Never throws; stops watching at the end. */
    tearDown(request: TeardownRequest, watched: PooledDroplet): ReturnType<typeof tearDown> {
        const { clock, engine } = this.plugin.runtime;
        const narrator = this.plugin.narrate(this.state.inputs);
        const effects = { ...watched, clock, narrator, throwIfAbandoned: engine.ensureAlive };
        return tearDown(request, effects, this.signal).finally(() => watched.poller.close());
    }
}

/** Performs a task with the first accepted token. */
export function attempt<S extends TeardownState | RecordState, T>(
    state: S,
    plugin: Plugin,
    work: (task: Task<S>) => Promise<Attempt<T>>,
    caller?: AbortSignal,
): Promise<Attempt<T>> {
    const { inputs, accountId } = state;
    const { clock, env } = plugin.runtime;
    const access = plugin.access(inputs);
    return whileWanted(caller, (wanted) =>
        withDeadline(clock, timeoutOf(inputs, env), wanted, (signal) =>
            withToken(access, subjectOf(inputs, accountId), signal, (client) =>
                work(new Task(state, plugin, client, signal)),
            ),
        ),
    );
}

/**
 * The same for a task that a 401 ends.
 * @throws AuthenticationError if no token is accepted
 */
export async function perform<S extends TeardownState | RecordState, T>(
    state: S,
    plugin: Plugin,
    work: (task: Task<S>) => Promise<T>,
    caller?: AbortSignal,
): Promise<T> {
    const { value, rejected } = await attempt(state, plugin, (task) => unlessRejected(work(task)), caller);
    if (rejected !== null) {
        throw rejected;
    }
    return value as T;
}

async function unlessRejected<T>(work: Promise<T>): Promise<Attempt<T | null>> {
    try {
        return { value: await work, rejected: null };
    } catch (error) {
        if (error instanceof AuthenticationError) {
            return { value: null, rejected: error };
        }
        throw error;
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
