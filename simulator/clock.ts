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
