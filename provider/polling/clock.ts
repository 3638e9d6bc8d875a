/** Time as a value, passed to everything that waits or dates something. */
export interface Clock {
    /** Milliseconds since the Unix epoch, for dates that people read. The clock may be set while we wait. */
    now(): number;
    /** Monotonic milliseconds. It never jumps: it measures every wait, age and deadline. */
    monotonicMs(): number;
    /**
     * Resolves after `ms` milliseconds. Rejects with the signal's reason as soon as it aborts, and leaves
     * neither a timer nor a listener behind.
     */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node fires timers above this at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The system clock. An aborted timer does not keep the process alive. */
export const systemClock: Clock = {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const timer = setTimeout(finish, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
            signal?.addEventListener("abort", abort, { once: true });
            function finish(): void {
                signal?.removeEventListener("abort", abort);
                resolve();
            }
            function abort(): void {
                clearTimeout(timer);
                reject(signal?.reason as Error);
            }
        }),
};

/** The same clock with the dates of another one, while they are known: ours may be hours off. */
export function datedBy(clock: Clock, now: () => number | null): Clock {
    return {
        now: () => now() ?? clock.now(),
        monotonicMs: () => clock.monotonicMs(),
        sleep: (ms, signal) => clock.sleep(ms, signal),
    };
}

/** When something began and ended. */
export interface Span {
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
}

/** Starts a span with dates for people; its length is monotonic, even if the wall clock is set. */
export function beginSpan(clock: Clock): () => Span {
    const [startedAtMs, beganMs] = [clock.now(), clock.monotonicMs()];
    return () => ({ startedAtMs, finishedAtMs: startedAtMs + clock.monotonicMs() - beganMs });
}

/** Created once: the default abort error captures a stack for each alarm. */
const REPLACED = new Error("replaced");

/** Rings once, at the monotonic time that it was last set to. */
export class Alarm {
    readonly #clock: Clock;
    readonly #ring: () => void;
    #timer: { readonly atMs: number; readonly stop: AbortController } | null = null;

    constructor(clock: Clock, ring: () => void) {
        this.#clock = clock;
        this.#ring = ring;
    }

    /** @param atMs monotonic milliseconds; Infinity: never */
    set(atMs: number): void {
        if (this.#timer?.atMs === atMs) {
            return;
        }
        this.#timer?.stop.abort(REPLACED);
        this.#timer = null;
        if (atMs === Infinity) {
            return;
        }
        const timer = { atMs, stop: new AbortController() };
        this.#timer = timer;
        const ring = (): void => {
            // Ignore a timer that was replaced while it fired.
            if (this.#timer === timer) {
                this.#timer = null;
                this.#ring();
            }
        };
        this.#clock.sleep(atMs - this.#clock.monotonicMs(), timer.stop.signal).then(ring, () => undefined);
    }
}
