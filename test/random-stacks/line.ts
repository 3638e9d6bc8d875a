import type { Fetch, Simulator } from "../../simulator/index.js";
import type { Mishap, Moment } from "./life.js";

/** What strikes at moments of a run. */
export type Strike = (mishap: Mishap) => void;

/** Counts the requests of one run of the engine, and says when something happens. */
export class Moments {
    readonly #waiting: { readonly mishap: Mishap; left: number }[];
    readonly #strike: Strike;

    constructor(mishaps: readonly Mishap[], strike: Strike) {
        this.#waiting = mishaps.map((mishap) => ({ mishap, left: mishap.at.nth }));
        this.#strike = strike;
    }

    /** A request has taken effect, and is not answered yet. */
    passed(method: string, path: string): void {
        for (const entry of this.#waiting) {
            if (isSuch(entry.mishap.at, method, path)) {
                entry.left -= 1;
                if (entry.left === 0) {
                    this.#strike(entry.mishap);
                }
            }
        }
    }
}

function isSuch({ request }: Moment, method: string, path: string): boolean {
    return new RegExp(`^${request}`).test(`${method} ${path}`);
}

const never = new Promise<never>(() => undefined);

/** The network of the plugin processes of one run. Once they are dead, nothing is sent and nothing comes back. */
export class Line {
    #isDead = false;
    readonly #simulator: Simulator;
    readonly #moments: Moments;
    readonly #onRequest: () => void;

    /** @param onRequest called when a request has taken effect */
    constructor(simulator: Simulator, moments: Moments, onRequest: () => void) {
        this.#simulator = simulator;
        this.#moments = moments;
        this.#onRequest = onRequest;
    }

    cut(): void {
        this.#isDead = true;
    }

    readonly fetch: Fetch = async (url, init) => {
        if (this.#isDead) {
            return never;
        }
        const answer = await this.#simulator.fetch(url, init);
        this.#onRequest();
        this.#moments.passed(init?.method ?? "GET", new URL(url).pathname);
        return this.#isCut() ? never : answer;
    };

    #isCut(): boolean {
        return this.#isDead;
    }
}
