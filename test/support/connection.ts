import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createDropletApi } from "../../provider/digitalocean/api.js";
import {
    type Connection,
    type Exchange,
    type Fetch,
    type FetchAnswer,
    type FetchInit,
    parseEndpoint,
} from "../../provider/digitalocean/connection.js";
import type { RateAnswer, RateLimiter } from "../../provider/polling/admission.js";
import { createRateLimiter } from "../../provider/polling/rate-limiter.js";
import type { DropletApi, Sending, SubmitOutcome } from "../../provider/teardown/ports.js";
import { VirtualClock } from "../../simulator/index.js";

/** For a request that may leave whenever it is admitted. */
export const SENDING: Sending = { signal: new AbortController().signal, stillFresh: () => true };

export const TEST_TOKEN = "dop_v1_0123456789abcdef0123456789abcdef";

/** What a scripted server does with one request: answer, fail, or leave it hanging. */
export type Step =
    | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
    | Error
    | "hang";

export interface SentRequest {
    readonly url: string;
    readonly init: FetchInit;
    readonly atMs: number;
}

export interface ScriptedServer {
    readonly connection: Connection;
    readonly clock: VirtualClock;
    readonly sent: SentRequest[];
    /** What the rate limiter was told. */
    readonly observed: RateAnswer[];
}

/** A connection in virtual time whose server follows a script; the last step repeats for ever. */
export function scriptedServer(steps: readonly Step[], overrides: Partial<Connection> = {}): ScriptedServer {
    const clock = new VirtualClock();
    const sent: SentRequest[] = [];
    const observed: RateAnswer[] = [];
    const fetch: Fetch = async (url, init) => {
        const step = steps[Math.min(sent.length, steps.length - 1)] ?? "hang";
        sent.push({ url, init, atMs: clock.now() });
        return play(step);
    };
    const connection: Connection = {
        endpoint: parseEndpoint("https://api.digitalocean.com"),
        token: TEST_TOKEN,
        fetch,
        clock,
        random: () => 0,
        limiter: recorded(createRateLimiter({ clock }), observed),
        userAgent: "pulumi-droplet-teardown/0.0.0",
        ...overrides,
    };
    return { connection, clock, sent, observed };
}

function recorded(limiter: RateLimiter, observed: RateAnswer[]): RateLimiter {
    return {
        admit: (signal, priority) => limiter.admit(signal, priority),
        observe: (answer) => {
            limiter.observe(answer);
            if (answer !== null) {
                observed.push(answer);
            }
        },
    };
}

/** A rate limiter that admits everything. */
export function openLimiter(): RateLimiter {
    return { admit: () => Promise.resolve(), observe: () => undefined };
}

function play(step: Step): Promise<FetchAnswer> {
    if (step === "hang") {
        return new Promise(() => undefined);
    }
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(toAnswer(step));
}

function toAnswer(step: Exclude<Step, Error | "hang">): FetchAnswer {
    const headers = new Map(
        Object.entries(step.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    );
    return {
        status: step.status,
        headers: { get: (name) => headers.get(name.toLowerCase()) ?? null },
        body: step.body === undefined ? null : chunks(step.body),
    };
}

/** Text as it is, anything else as JSON; in two pieces, as it may come over the wire. */
async function* chunks(body: unknown): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const middle = bytes.length >> 1;
    yield await Promise.resolve(bytes.subarray(0, middle));
    yield bytes.subarray(middle);
}

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
