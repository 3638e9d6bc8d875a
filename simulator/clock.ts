/** Injected time: the source of every date and delay of the simulator. */
export interface Clock {
    /** Milliseconds since the Unix epoch by the wall clock, which may be set at any time. */
    now(): number;
    /** Monotonic milliseconds. */
    monotonicMs(): number;
    /** Resolves after `ms` milliseconds; rejects with the signal's reason once that aborts. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The system clock, for the simulator as a process. */
export const machineClock: Clock = {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const abort = (): void => {
                clearTimeout(timer);
                reject(signal?.reason as Error);
            };
            const timer = setTimeout(() => {
                signal?.removeEventListener("abort", abort);
                resolve();
            }, ms);
            signal?.addEventListener("abort", abort, { once: true });
        }),
};

interface Timer {
    readonly at: number;
    readonly order: number;
    readonly fire: () => void;
}

/**
 * Time that advances only when all other work is done. It implements the clock of the code under test, so hours
 * of waiting run in milliseconds, and always in the same order.
 */
export class VirtualClock {
    #monotonicMs = 0;
    /** Wall clock time at 0. */
    #epochMs: number;
    #order = 0;
    #timers: Timer[] = [];

    constructor(startMs = Date.UTC(2026, 0, 1)) {
        this.#epochMs = startMs;
    }

    now(): number {
        return this.#epochMs + this.#monotonicMs;
    }

    monotonicMs(): number {
        return this.#monotonicMs;
    }

    /** Sets the wall clock forward or (negative) back; no time passes. */
    jumpWall(ms: number): void {
        this.#epochMs += ms;
    }

    /** Number of pending sleeps. */
    get pending(): number {
        return this.#timers.length;
    }

    sleep(ms: number, signal?: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const timer: Timer = {
                at: this.#monotonicMs + Math.max(ms, 0),
                order: this.#order++,
                fire: () => {
                    signal?.removeEventListener("abort", abort);
                    resolve();
                },
            };
            const abort = (): void => {
                this.#timers = this.#timers.filter((other) => other !== timer);
                reject(signal?.reason as Error);
            };
            signal?.addEventListener("abort", abort, { once: true });
            this.#insert(timer);
        });
    }

    /** Advances time until `work` settles, and returns its result. */
    async run<T>(work: Promise<T>): Promise<T> {
        const state = { settled: false };
        const done = (): void => {
            state.settled = true;
        };
        work.then(done, done);
        for (;;) {
            await quiet();
            if (state.settled) {
                return work;
            }
            const next = this.#timers.shift();
            if (next === undefined) {
                throw new Error(
                    "virtual time stands still: the work waits for something that is not a timer",
                );
            }
            this.#monotonicMs = Math.max(this.#monotonicMs, next.at);
            next.fire();
        }
    }

    #insert(timer: Timer): void {
        let low = 0;
        let high = this.#timers.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            const other = this.#timers[middle];
            if (other !== undefined && other.at <= timer.at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        this.#timers.splice(low, 0, timer);
    }
}

/** Waits until all resolvable promises have settled. */
function quiet(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
