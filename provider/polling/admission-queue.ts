import type { Clock } from "./clock.js";

/** Something that says from when on the next request is allowed. */
export interface Gate {
    /** Epoch milliseconds; not later than `nowMs` while it is open. */
    opensAtMs(nowMs: number): number;
    /** One went through. */
    admitted(nowMs: number): void;
}

/** Lets callers through one by one, first come first served, each when every gate is open. */
export class AdmissionQueue {
    readonly #clock: Clock;
    readonly #gates: readonly Gate[];
    #waiting: (() => void)[] = [];
    #timer: { readonly atMs: number; readonly stop: AbortController } | null = null;

    constructor(clock: Clock, gates: readonly Gate[]) {
        this.#clock = clock;
        this.#gates = gates;
    }

    /** Rejects with the signal's reason as soon as it aborts, and leaves nothing behind. */
    enter(signal?: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const pass = (): void => {
                signal?.removeEventListener("abort", leave);
                resolve();
            };
            const leave = (): void => {
                this.#waiting = this.#waiting.filter((other) => other !== pass);
                reject(signal?.reason as Error);
                this.serve();
            };
            signal?.addEventListener("abort", leave, { once: true });
            this.#waiting.push(pass);
            this.serve();
        });
    }

    /** To be called when a gate may have changed. */
    serve(): void {
        for (let pass = this.#waiting[0]; pass !== undefined; pass = this.#waiting[0]) {
            const nowMs = this.#clock.now();
            const opensAtMs = Math.max(...this.#gates.map((gate) => gate.opensAtMs(nowMs)));
            if (opensAtMs > nowMs) {
                this.#wakeAt(opensAtMs);
                return;
            }
            this.#gates.forEach((gate) => gate.admitted(nowMs));
            this.#waiting.shift();
            pass();
        }
        this.#stopTimer();
    }

    #wakeAt(atMs: number): void {
        if (this.#timer?.atMs === atMs) {
            return;
        }
        this.#stopTimer();
        const timer = { atMs, stop: new AbortController() };
        this.#timer = timer;
        const ring = (): void => {
            // A timer that was replaced while it rang has nothing to say any more.
            if (this.#timer === timer) {
                this.#timer = null;
                this.serve();
            }
        };
        this.#clock.sleep(atMs - this.#clock.now(), timer.stop.signal).then(ring, () => undefined);
    }

    #stopTimer(): void {
        this.#timer?.stop.abort();
        this.#timer = null;
    }
}
