import {
    type Connection,
    type Fetch,
    type FetchAnswer,
    type FetchInit,
    parseEndpoint,
} from "../../provider/digitalocean/connection.js";
import type { Sending } from "../../provider/teardown/ports.js";
import type { RateAnswer, RateBudget } from "../../provider/polling/admission.js";
import { createRateBudget } from "../../provider/polling/budget.js";
import { VirtualClock } from "../../simulator/clock.js";

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
    /** What the budget was told. */
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
        budget: recorded(createRateBudget({ clock }), observed),
        userAgent: "pulumi-droplet-teardown/0.0.0",
        ...overrides,
    };
    return { connection, clock, sent, observed };
}

function recorded(budget: RateBudget, observed: RateAnswer[]): RateBudget {
    return {
        admit: (signal, urgency) => budget.admit(signal, urgency),
        observe: (answer) => {
            budget.observe(answer);
            if (answer !== null) {
                observed.push(answer);
            }
        },
    };
}

/** A budget that admits everything. */
export function openBudget(): RateBudget {
    return { admit: () => Promise.resolve(), observe: () => undefined };
}

function play(step: Step): Promise<FetchAnswer> {
    if (step === "hang") {
        return new Promise(() => undefined);
    }
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(answerOf(step));
}

function answerOf(step: Exclude<Step, Error | "hang">): FetchAnswer {
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
