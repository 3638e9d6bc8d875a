/** Time, passed in. Every date and every delay of the simulator comes from it. */
export interface Clock {
    /** Milliseconds since the Unix epoch, as the machine's calendar has it: it may be set at any time. */
    now(): number;
    /** Milliseconds since some moment; nobody sets it. */
    monotonicMs(): number;
    /** Resolves after `ms` milliseconds; rejects with the signal's reason once that aborts. */
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own time, for the simulator as a process. */
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
