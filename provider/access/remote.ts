import { createDropletApi, createFleetApi } from "../digitalocean/api.js";
import type { Connection } from "../digitalocean/connection.js";
import { recordTraffic } from "../digitalocean/traffic.js";
import type { Remote } from "../fleet/pool.js";
import type { Clock } from "../polling/clock.js";
import type { ResourceKind } from "../teardown/model.js";
import type { Access, Account, DropletApi } from "../teardown/ports.js";

/** DigitalOcean over HTTP for one token. Constant answers are fetched once for all its clients. */
export function remoteOf(connection: Omit<Connection, "limiter">): Remote {
    const { clock } = connection;
    const access = {
        reserved_ip: new Once<Access>(clock),
        snapshot: new Once<Access>(clock),
        volume: new Once<Access>(clock),
        volume_snapshot: new Once<Access>(clock),
    };
    const asked: Asked = { account: new Once(clock), access };
    return {
        client: (limiter) => {
            const { traffic, observe, ...recorded } = recordTraffic(limiter, clock);
            const api = createDropletApi({ ...connection, ...recorded }, observe);
            return { api: onceForAll(api, asked), traffic };
        },
        lists: (limiter) => createFleetApi({ ...connection, limiter }),
    };
}

/** Answers fetched once per process and token. */
interface Asked {
    readonly account: Once<Account | null>;
    readonly access: Readonly<Record<ResourceKind, Once<Access>>>;
}

/** Reads the account and the access to each kind once per process. */
function onceForAll(api: DropletApi, { account, access }: Asked): DropletApi {
    return {
        ...api,
        account: (signal) => account.ask((asking) => api.account(asking), signal),
        accessTo: (kind, signal) => access[kind].ask((asking) => api.accessTo(kind, asking), signal),
    };
}

/** A shared answer: the first caller fetches it for all; a failure is not cached. */
export class Once<T> {
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
