import type { Clock } from "../polling/clock.js";
import { DeadlineError } from "../teardown/errors.js";

interface OwnTimeOptions {
    readonly clock: Clock;
    /** Time limit of one teardown, without its waits for others. */
    readonly timeoutMs: number;
    /** Maximum wait for others that is excluded. */
    readonly mostWaitedMs: number;
}

/** A deadline exceeded by less than this does not count. */
const MIN_SLEEP_MS = 100;

/** A pausable deadline: while a teardown waits for its turn, its deadline does not come closer. */
export class OwnTime {
    readonly #options: OwnTimeOptions;
    readonly #startedAtMs: number;
    readonly #open = new Set<{ readonly countedFromMs: number }>();
    #waitedMs = 0;

    constructor(options: OwnTimeOptions) {
        this.#options = options;
        this.#startedAtMs = options.clock.monotonicMs();
    }

    /**
     * A wait for others. Only one counts at a time.
     * @param ownMs the part of it that a single teardown would need as well
     */
    async turn<T>(wait: () => Promise<T>, ownMs = 0): Promise<T> {
        const begun = { countedFromMs: this.#options.clock.monotonicMs() + ownMs };
        const outermost = this.#open.size === 0;
        this.#open.add(begun);
        try {
            return await wait();
        } finally {
            this.#open.delete(begun);
            this.#waitedMs += outermost ? this.#sinceMs(begun.countedFromMs) : 0;
        }
    }

    /** Runs work with a signal that aborts with a `DeadlineError` when its own time is up, or when `outer` aborts. */
    async limit<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
        const [deadline, finished] = [new AbortController(), new AbortController()];
        const watchdog = this.#watch(deadline, finished.signal).catch(() => undefined);
        try {
            return await work(AbortSignal.any([deadline.signal, outer]));
        } finally {
            finished.abort();
            await watchdog;
        }
    }

    async #watch(deadline: AbortController, finished: AbortSignal): Promise<void> {
        const { clock, timeoutMs } = this.#options;
        for (let leftMs = timeoutMs; leftMs > 0; leftMs = timeoutMs - this.#spentMs()) {
            await clock.sleep(Math.max(leftMs, MIN_SLEEP_MS), finished);
        }
        deadline.abort(new DeadlineError(timeoutMs));
    }

    #spentMs(): number {
        const [first] = this.#open;
        const waitedMs = this.#waitedMs + (first === undefined ? 0 : this.#sinceMs(first.countedFromMs));
        const elapsedMs = this.#options.clock.monotonicMs() - this.#startedAtMs;
        return elapsedMs - Math.min(waitedMs, this.#options.mostWaitedMs);
    }

    #sinceMs(atMs: number): number {
        return Math.max(this.#options.clock.monotonicMs() - atMs, 0);
    }
}
