import { setMaxListeners } from "node:events";
import type { Clock } from "../polling/clock.js";
import { DeadlineError } from "./errors.js";

/** Created once: the default abort error captures a stack for each delete. */
const FINISHED = new Error("finished");

/**
 * Runs work with a signal that aborts with a `DeadlineError` at its deadline, or when `outer` aborts. Leaves no
 * timer behind.
 */
export async function withDeadline<T>(
    clock: Clock,
    timeoutMs: number,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    const deadline = new AbortController();
    const finished = new AbortController();
    const watchdog = clock.sleep(timeoutMs, finished.signal).then(
        () => deadline.abort(new DeadlineError(timeoutMs)),
        () => undefined,
    );
    const signal = outer === undefined ? deadline.signal : AbortSignal.any([deadline.signal, outer]);
    // Every request in flight listens, and removes its listener.
    setMaxListeners(0, signal);
    try {
        return await work(signal);
    } finally {
        finished.abort(FINISHED);
        await watchdog;
    }
}
