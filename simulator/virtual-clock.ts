interface Timer {
    readonly at: number;
    readonly order: number;
    readonly fire: () => void;
}

/**
 * Time that passes only when nothing else is left to do. It satisfies the clock that the code under test
 * takes, so hours of waiting run in milliseconds, and always in the same order.
 */
export class VirtualClock {
    #monotonicMs = 0;
    /** The calendar's time at 0. */
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

    /** Somebody sets the calendar, forward or (negative) back; no time passes. */
    jumpWall(ms: number): void {
        this.#epochMs += ms;
    }

    /** How many sleeps are under way. */
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

    /** Lets time pass until `work` has settled, and returns what it settled to. */
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

/** Waits until the promises that can go on have gone on. */
function quiet(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
