import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Exchange } from "../../provider/digitalocean/connection.js";
import { createDropletApi } from "../../provider/digitalocean/api.js";
import type { DropletApi, SubmitOutcome } from "../../provider/teardown/ports.js";
import { scriptedServer, SENDING, TEST_TOKEN, type ScriptedServer, type Step } from "./connection.js";

export const never: AbortSignal = new AbortController().signal;

interface Talk<T> {
    readonly server: ScriptedServer;
    readonly exchanges: Exchange[];
    readonly result: T;
}

/** Runs one call of the API, in virtual time, against a server that follows the script. */
export async function talk<T>(
    steps: readonly Step[],
    call: (api: DropletApi) => Promise<T>,
): Promise<Talk<T>> {
    const server = scriptedServer(steps);
    const exchanges: Exchange[] = [];
    const api = createDropletApi(server.connection, (exchange) => exchanges.push(exchange));
    const result = await server.clock.run(call(api));
    assert.equal(server.clock.pending, 0, "a timer was left behind");
    return { server, exchanges, result };
}

export async function failure(
    steps: readonly Step[],
    call: (api: DropletApi) => Promise<unknown>,
): Promise<Error> {
    const { result } = await talk(steps, (api) =>
        call(api).then(
            () => assert.fail("expected an error"),
            (error: unknown) => error,
        ),
    );
    assert.ok(result instanceof Error);
    assert.doesNotMatch(result.message, /\n/);
    assert.ok(!inspect(result, { depth: 9, showHidden: true }).includes(TEST_TOKEN));
    return result;
}

export const readDroplet = (api: DropletApi): Promise<unknown> => api.droplet(42, never);
export const destroy = (api: DropletApi): Promise<SubmitOutcome> => api.destroy(42, [], SENDING);
export const retry = (api: DropletApi): Promise<SubmitOutcome> => api.retry(42, SENDING);
