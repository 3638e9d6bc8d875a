import type { Clock } from "../polling/clock.js";

/** The work timed out. */
class TimeLimitError extends Error {
    constructor(limitMs: number) {
        super(`no answer within ${limitMs / 1_000} s`);
        this.name = "TimeLimitError";
    }
}

/** Created once: the default abort error captures a stack for each request. */
const FINISHED = new Error("finished");

/**
 * Runs work with a signal that aborts on timeout or with the caller's own signal. Either ends the wait at once,
 * whether or not the work honors its signal. Leaves no timer and no listener behind.
 */
export async function withTimeLimit<T>(
    clock: Clock,
    limitMs: number,
    caller: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    caller.throwIfAborted();
    const limit = new AbortController();
    const finished = new AbortController();
    const follow = (): void => limit.abort(caller.reason);
    caller.addEventListener("abort", follow, { once: true });
    const expire = (): void => limit.abort(new TimeLimitError(limitMs));
    clock.sleep(limitMs, finished.signal).then(expire, () => undefined);
    try {
        return await Promise.race([aborted(limit.signal), work(limit.signal)]);
    } finally {
        caller.removeEventListener("abort", follow);
        finished.abort(FINISHED);
    }
}

function aborted(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
}
