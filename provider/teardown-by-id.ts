import type { Client } from "./clients.js";
import type { Executed } from "./executor.js";
import type { TeardownById } from "./inputs.js";
import type { Plugin } from "./plugin.js";
import type { State } from "./state.js";
import { tearDown, type TeardownRequest } from "./teardown/operation.js";
import { timeoutOf, wishesOf } from "./wishes.js";

/** The delete of a teardown that a program declares for a Droplet from elsewhere. */
export async function tearDownById(
    state: State<TeardownById>,
    plugin: Plugin,
    client: Client,
    signal: AbortSignal,
): Promise<Executed> {
    const { clock, engine } = plugin.surroundings;
    const watched = client.watching(state.inputs.dropletId);
    const narrator = plugin.narrate(state.inputs);
    const effects = { ...watched, clock, narrator, ensureWanted: engine.ensureAlive };
    const request = requestById(state, plugin);
    const ended = await tearDown(request, effects, signal).finally(() => watched.watch.close());
    return { ended: [ended], tagTrouble: null };
}

/** A Droplet with a required tag may have been somebody else's before its end. */
export function requestById(
    { inputs, accountId, inventory }: State<TeardownById>,
    { surroundings: { env } }: Plugin,
): TeardownRequest {
    return {
        ...wishesOf(inputs, inputs.dropletId, env),
        dropletId: inputs.dropletId,
        account: { kind: "recorded", id: accountId },
        approved: null,
        recorded: inventory,
        requireTag: inputs.requireTag ?? null,
        mayCleanUp: inputs.requireTag === undefined,
        gracefulShutdown: inputs.gracefulShutdown,
        retries: inputs.retries,
        timeoutMs: timeoutOf(inputs, env),
    };
}
