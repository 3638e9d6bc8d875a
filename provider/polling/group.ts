import type { Group, RateAnswer, RateLimiter, TokenRateLimiter, Priority } from "./admission.js";

/** A group's hold on its rate limiter. */
interface Reservations {
    /** False once the API has refused a request, whoever sent it. */
    hold(): boolean;
    /** One of its requests is sent. */
    sent(isFirst: boolean): void;
    /** These are not needed; `noneSent`: none was used. */
    givenBack(left: number, noneSent: boolean): void;
}

/** Requests that are already admitted. */
export class AdmittedGroup implements Group {
    readonly #count: number;
    readonly #limiter: RateLimiter;
    readonly #reservations: Reservations;
    #left: number;

    constructor(count: number, limiter: RateLimiter, reservations: Reservations) {
        this.#count = count;
        this.#left = count;
        this.#limiter = limiter;
        this.#reservations = reservations;
    }

    async admit(signal?: AbortSignal, priority?: Priority): Promise<void> {
        signal?.throwIfAborted();
        if (!this.#reservations.hold()) {
            this.release();
        }
        if (this.#left === 0) {
            return this.#limiter.admit(signal, priority);
        }
        this.#reservations.sent(this.#left === this.#count);
        this.#left -= 1;
    }

    observe(answer: RateAnswer | null): void {
        this.#limiter.observe(answer);
    }

    release(): void {
        this.#reservations.givenBack(this.#left, this.#left === this.#count);
        this.#left = 0;
    }
}

/** The rate limiter of one operation, some of whose requests depend on each other. */
export class OperationRateLimiter implements RateLimiter {
    readonly #limiter: Pick<TokenRateLimiter, "admit" | "admitGroup" | "observe">;
    #first: Group | null;
    #group: Group | null = null;
    /** Whether the group is the first, which has another owner. */
    #isShared = false;

    /** @param first serves the first group of requests, and is released by its owner */
    constructor(
        limiter: Pick<TokenRateLimiter, "admit" | "admitGroup" | "observe">,
        first: Group | null = null,
    ) {
        this.#limiter = limiter;
        this.#first = first;
    }

    admit(signal?: AbortSignal, priority?: Priority): Promise<void> {
        return (this.#group ?? this.#limiter).admit(signal, priority);
    }

    observe(answer: RateAnswer | null): void {
        this.#limiter.observe(answer);
    }

    /** Admits a number of requests together, which serve the next ones; an earlier group ends. */
    async open(count: number, signal: AbortSignal): Promise<void> {
        this.close();
        const first = this.#first;
        this.#first = null;
        this.#isShared = first !== null;
        this.#group = first ?? (await this.#limiter.admitGroup(count, signal));
    }

    /** Gives back what was not sent. */
    close(): void {
        if (!this.#isShared) {
            this.#group?.release();
        }
        this.#group = null;
    }
}
