/** The span over which the API counts its burst limit. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

interface WindowOptions {
    readonly spanMs: number;
    /** Added for a request without an answer: it may arrive this much later than it was sent. */
    readonly guardMs: number;
}

/** An answered request was counted before its answer, so this only covers clock drift. */
const ANSWERED_GUARD_MS = 25;

/**
 * A log of requests that knows when the next one fits. The API counts a request when it arrives, somewhere
 * between sending and answer, so it is logged with its answer: whatever the network does, no window exceeds
 * the limit.
 */
export class SlidingWindow {
    readonly #options: WindowOptions;
    /** Send times, oldest first, of requests without an answer. */
    readonly #sent = new Times();
    /** Answer times, oldest first. */
    readonly #answered = new Times();

    constructor(options: WindowOptions) {
        this.#options = options;
    }

    admitted(nowMs: number, count: number): void {
        for (let left = count; left > 0; left -= 1) {
            this.#sent.push(nowMs);
        }
    }

    /** One of the requests has ended. It does not matter which: the oldest has waited longest. */
    ended(nowMs: number, counted: boolean): void {
        if (this.#sent.length > 0) {
            this.#sent.shift();
            if (counted) {
                this.#answered.push(nowMs);
            }
        }
    }

    /** Requests that the API may count at this time. */
    used(nowMs: number): number {
        this.#forget(nowMs);
        return this.#sent.length + this.#answered.length;
    }

    /** Requests answered after a given time. */
    answeredAfter(ms: number): number {
        let count = 0;
        while (this.#answered.at(this.#answered.length - 1 - count) > ms && count < this.#answered.length) {
            count += 1;
        }
        return count;
    }

    /** The earliest time, in monotonic milliseconds, when this many more fit under a limit, or nothing is in use. */
    opensAtMs(nowMs: number, limit: number, count: number): number {
        const used = this.used(nowMs);
        const tooMany = Math.min(used - limit + count, used);
        return tooMany <= 0 ? nowMs : this.#expiryOf(tooMany - 1);
    }

    /** When the request expires that `index` others precede. */
    #expiryOf(index: number): number {
        let [sent, answered] = [0, 0];
        for (;;) {
            const [bySent, byAnswer] = [this.#sentExpiry(sent), this.#answeredExpiry(answered)];
            if (sent + answered === index) {
                return Math.min(bySent, byAnswer);
            }
            if (bySent < byAnswer) {
                sent += 1;
            } else {
                answered += 1;
            }
        }
    }

    #sentExpiry(index: number): number {
        return this.#sent.at(index) + this.#options.spanMs + this.#options.guardMs;
    }

    #answeredExpiry(index: number): number {
        return this.#answered.at(index) + this.#options.spanMs + ANSWERED_GUARD_MS;
    }

    #forget(nowMs: number): void {
        while (this.#sentExpiry(0) <= nowMs) {
            this.#sent.shift();
        }
        while (this.#answeredExpiry(0) <= nowMs) {
            this.#answered.shift();
        }
    }
}

/** A queue of times that releases its memory. */
class Times {
    #items: number[] = [];
    #head = 0;

    get length(): number {
        return this.#items.length - this.#head;
    }

    /** Infinity if there are fewer. */
    at(index: number): number {
        return this.#items[this.#head + index] ?? Infinity;
    }

    push(atMs: number): void {
        this.#items.push(atMs);
    }

    shift(): void {
        this.#head += 1;
        if (this.#head * 2 > this.#items.length) {
            this.#items = this.#items.slice(this.#head);
            this.#head = 0;
        }
    }
}
