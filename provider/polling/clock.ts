/** Time as a value: everything that waits or dates something is given one. */
export interface Clock {
    /** Milliseconds since the Unix epoch, to date things for people. Somebody may set it while we wait. */
    now(): number;
    /** Milliseconds since some moment. It never jumps: every wait, age and deadline is measured with it. */
    monotonicMs(): number;
    /**
     * Resolves after `ms` milliseconds. Rejects with the signal's reason as soon as it aborts, and leaves
     * neither a timer nor a listener behind.
     */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node fires a timer above this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. Its timers do not keep the process alive by themselves once aborted. */
export const systemClock: Clock = {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const timer = setTimeout(finish, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
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

/** When something began and ended. */
export interface Span {
    readonly startedAtMs: number;
    readonly finishedAtMs: number;
}

/** Begins a span, to be dated for people; its length is what has passed, whatever was done to the calendar. */
export function beginSpan(clock: Clock): () => Span {
    const [startedAtMs, beganMs] = [clock.now(), clock.monotonicMs()];
    return () => ({ startedAtMs, finishedAtMs: startedAtMs + clock.monotonicMs() - beganMs });
}
