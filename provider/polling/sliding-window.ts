/** The span over which the API counts its burst limit. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

interface WindowOptions {
    readonly spanMs: number;
    /** Added for a request whose answer has not been seen: it may arrive this much later than it was sent. */
    readonly guardMs: number;
}

/** An answered request was counted before its answer: only clocks that tick differently are left to guard for. */
const ANSWERED_GUARD_MS = 25;

/**
 * A log of requests that knows when room comes free. The API counts a request when it arrives, which is
 * somewhere between its sending and its answer, so it is logged with its answer: whatever the network does,
 * no span ever sees more than the limit.
 */
export class SlidingWindow {
    readonly #options: WindowOptions;
    /** Times of sending, oldest first, of requests that are not answered. */
    readonly #sent = new Times();
    /** Times of answers, oldest first. */
    readonly #answered = new Times();

    constructor(options: WindowOptions) {
        this.#options = options;
    }

    admitted(nowMs: number, count: number): void {
        for (let left = count; left > 0; left -= 1) {
            this.#sent.push(nowMs);
        }
    }

    /** One of the requests has ended. Which one does not matter: the oldest has waited longest. */
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

    /** Requests that were answered after a time. */
    answeredAfter(ms: number): number {
        let count = 0;
        while (this.#answered.at(this.#answered.length - 1 - count) > ms && count < this.#answered.length) {
            count += 1;
        }
        return count;
    }

    /** The earliest time, in monotonic milliseconds, at which so many more fit under a limit, or nothing is in use. */
    opensAtMs(nowMs: number, limit: number, count: number): number {
        const used = this.used(nowMs);
        const tooMany = Math.min(used - limit + count, used);
        return tooMany <= 0 ? nowMs : this.#expiryOf(tooMany - 1);
    }

    /** When the request that expires after `index` others does. */
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

/** A queue of times that gives up its memory. */
class Times {
    #items: number[] = [];
    #head = 0;

    get length(): number {
        return this.#items.length - this.#head;
    }

    /** Infinity where there are not that many. */
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
