import { createDropletApi, createFleetApi } from "./digitalocean/api.js";
import type { Connection } from "./digitalocean/connection.js";
import { recordTraffic } from "./digitalocean/traffic.js";
import type { Remote } from "./fleet/pool.js";
import type { ResourceKind } from "./teardown/model.js";
import type { Account, DropletApi } from "./teardown/ports.js";

/** DigitalOcean over HTTP for one token. Constant answers are fetched once for all its clients. */
export function remoteOf(connection: Omit<Connection, "budget">): Remote {
    const readable = {
        reserved_ip: new Once<boolean>(),
        snapshot: new Once<boolean>(),
        volume: new Once<boolean>(),
        volume_snapshot: new Once<boolean>(),
    };
    const asked: Asked = { account: new Once(), readable };
    return {
        client: (budget) => {
            const { traffic, observe, ...recorded } = recordTraffic(budget, connection.clock);
            const api = createDropletApi({ ...connection, ...recorded }, observe);
            return { api: onceForAll(api, asked), traffic };
        },
        lists: (budget) => createFleetApi({ ...connection, budget }),
    };
}

/** Answers fetched once per process and token. */
interface Asked {
    readonly account: Once<Account | null>;
    readonly readable: Readonly<Record<ResourceKind, Once<boolean>>>;
}

/** Reads the account and each kind's readability once per process. */
function onceForAll(api: DropletApi, { account, readable }: Asked): DropletApi {
    return {
        ...api,
        account: (signal) => account.ask((asking) => api.account(asking), signal),
        canRead: (kind, signal) => readable[kind].ask((asking) => api.canRead(kind, asking), signal),
    };
}

/** A shared, constant answer: the first caller fetches it for all; a failure is not cached. */
export class Once<T> {
    #answer: Promise<T> | null = null;

    /** Joins an in-flight call; each caller keeps its own abort signal, and calls again if that call fails. */
    async ask(question: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
        for (let asked = this.#answer; asked !== null; asked = this.#answer) {
            const known = await unlessAborted(settled(asked), signal);
            if (known !== null) {
                return known.value;
            }
            this.#forget(asked);
        }
        const answer = question(signal);
        this.#answer = answer;
        try {
            return await answer;
        } catch (error) {
            this.#forget(answer);
            throw error;
        }
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
