import type { Group, RateAnswer, RateBudget, Scheduler, Urgency } from "./admission.js";

/** A group's hold on its budget. */
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
    readonly #budget: RateBudget;
    readonly #reservations: Reservations;
    #left: number;

    constructor(count: number, budget: RateBudget, reservations: Reservations) {
        this.#count = count;
        this.#left = count;
        this.#budget = budget;
        this.#reservations = reservations;
    }

    async admit(signal?: AbortSignal, urgency?: Urgency): Promise<void> {
        signal?.throwIfAborted();
        if (!this.#reservations.hold()) {
            this.release();
        }
        if (this.#left === 0) {
            return this.#budget.admit(signal, urgency);
        }
        this.#reservations.sent(this.#left === this.#count);
        this.#left -= 1;
    }

    observe(answer: RateAnswer | null): void {
        this.#budget.observe(answer);
    }

    release(): void {
        this.#reservations.givenBack(this.#left, this.#left === this.#count);
        this.#left = 0;
    }
}

/** The budget of one operation, some of whose requests depend on each other. */
export class OperationBudget implements RateBudget {
    readonly #scheduler: Pick<Scheduler, "admit" | "admitGroup" | "observe">;
    #first: Group | null;
    #group: Group | null = null;

    /** @param first serves the first group of requests, and is released by its owner */
    constructor(scheduler: Pick<Scheduler, "admit" | "admitGroup" | "observe">, first: Group | null = null) {
        this.#scheduler = scheduler;
        this.#first = first;
    }

    admit(signal?: AbortSignal, urgency?: Urgency): Promise<void> {
        return (this.#group ?? this.#scheduler).admit(signal, urgency);
    }

    observe(answer: RateAnswer | null): void {
        this.#scheduler.observe(answer);
    }

    /** Runs work after its first `count` requests are admitted. Does not nest. */
    async together<T>(count: number, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
        const shared = this.#first;
        this.#first = null;
        const group = shared ?? (await this.#scheduler.admitGroup(count, signal));
        this.#group = group;
        try {
            return await work();
        } finally {
            this.#group = null;
            if (group !== shared) {
                group.release();
            }
        }
    }
}
