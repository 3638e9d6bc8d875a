import { Alarm, type Clock } from "./clock.js";

/** Rate limit headers of one API answer; null if a header is absent or unreadable. */
export interface RateAnswer {
    /** HTTP status. */
    readonly status: number;
    /** `ratelimit-remaining`: requests left in the hour; 0 can mean the hour or the minute. */
    readonly remaining: number | null;
    /** Milliseconds until `ratelimit-reset`, when the oldest request of the hour expires. */
    readonly resetInMs: number | null;
    /** `retry-after` in milliseconds; the API sends it only if the minute is exhausted. */
    readonly retryAfterMs: number | null;
}

/**
 * Limits the requests of one token. The HTTP adapter asks for admission before every request, retries included,
 * and reports exactly once how it ended.
 */
export interface RateLimiter {
    /** Resolves when one request may be sent; rejects with the signal's reason as soon as it aborts. */
    admit(signal?: AbortSignal, priority?: Priority): Promise<void>;
    /** Null: the request was not sent, or got no answer. */
    observe(answer: RateAnswer | null): void;
}

/** Requests that were admitted together. Must be released. */
export interface Group extends RateLimiter {
    /** Admits the group's requests at once; additional ones, and all after a 429, wait like any other. */
    admit(signal?: AbortSignal, priority?: Priority): Promise<void>;
    /** Returns what was not used. */
    release(): void;
}

/** A shared rate limiter that also reports what is left, for callers that only send what fits. */
export interface TokenRateLimiter extends RateLimiter {
    /** Waits once for several requests, so that none waits after the first. */
    admitGroup(count: number, signal?: AbortSignal, priority?: Priority): Promise<Group>;
    /** How many polls of running destroys would be admitted now, after everything with higher priority. */
    room(): number;
    /** How many more requests fit into the current minute. */
    unused(): number;
    /** How many requests a minute it currently uses. */
    perMinute(): number;
    /** Whether nobody else seems to use the token. */
    isAlone(): boolean;
}

/** Decides when the next request is allowed. */
interface Gate {
    /**
     * Monotonic milliseconds; not later than `nowMs` while the gate is open. Infinity: not until something else
     * happens, after which `serve` is called.
     * @param count number of requests that are admitted together
     */
    opensAtMs(nowMs: number, count: number, priority: Priority): number;
    admitted(nowMs: number, count: number): void;
}

/** A caller that waits to send one request, or several at once. */
interface Caller {
    readonly count: number;
    readonly pass: () => void;
}

interface AdmissionRequest {
    readonly priority: Priority;
    readonly caller: Caller;
    readonly opensAtMs: number;
}

/**
 * What a request is for: a change (submit, retry), a read that leads to one, a poll of a running destroy, or the
 * removal of our own traces.
 */
const PRIORITIES = ["change", "read", "poll", "tidy"] as const;

export type Priority = (typeof PRIORITIES)[number];

/** One admission in this many goes to the lowest waiting priority, to prevent starvation. */
const FAIR_EVERY = 25;

/** Admits callers one by one, by priority, then first come, first served. */
export class AdmissionQueue {
    readonly #clock: Clock;
    readonly #gate: Gate;
    readonly #callers: Readonly<Record<Priority, Set<Caller>>> = {
        change: new Set(),
        read: new Set(),
        poll: new Set(),
        tidy: new Set(),
    };
    /** Requests that others wait for. */
    readonly #waiting: Record<Priority, number> = { change: 0, read: 0, poll: 0, tidy: 0 };
    readonly #pollsPass: boolean;
    #admissions = 0;
    readonly #alarm: Alarm;

    /** @param pollsPass whether a poll may pass requests that must wait, because the gate reserves a part for polls */
    constructor(clock: Clock, gate: Gate, pollsPass = false) {
        this.#clock = clock;
        this.#alarm = new Alarm(clock, () => this.serve());
        this.#gate = gate;
        this.#pollsPass = pollsPass;
    }

    /** Number of waiting requests. */
    get length(): number {
        return PRIORITIES.reduce((sum, priority) => sum + this.waiting(priority), 0);
    }

    waiting(priority: Priority): number {
        return this.#waiting[priority];
    }

    /** Rejects with the signal's reason as soon as it aborts, and leaves nothing behind. */
    enter(priority: Priority, signal?: AbortSignal, count = 1): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal?.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const caller = {
                count,
                pass: (): void => {
                    signal?.removeEventListener("abort", leave);
                    resolve();
                },
            };
            const leave = (): void => {
                this.#remove(priority, caller);
                reject(signal?.reason as Error);
                this.serve();
            };
            signal?.addEventListener("abort", leave, { once: true });
            this.#callers[priority].add(caller);
            this.#waiting[priority] += count;
            this.serve();
        });
    }

    /** Call this when the gate may have changed. */
    serve(): void {
        const nowMs = this.#clock.monotonicMs();
        for (let next = this.#next(nowMs); next !== null; next = this.#next(nowMs)) {
            const { priority, caller } = next;
            if (next.opensAtMs > nowMs) {
                this.#alarm.set(next.opensAtMs);
                return;
            }
            this.#gate.admitted(nowMs, caller.count);
            this.#admissions += 1;
            this.#remove(priority, caller);
            caller.pass();
        }
        this.#alarm.set(Infinity);
    }

    #remove(priority: Priority, caller: Caller): void {
        this.#callers[priority].delete(caller);
        this.#waiting[priority] -= caller.count;
    }

    /** Who is next, and when. */
    #next(nowMs: number): AdmissionRequest | null {
        const fair = this.#admissions % FAIR_EVERY === FAIR_EVERY - 1;
        const first = this.#firstRequest(fair ? PRIORITIES.toReversed() : PRIORITIES, nowMs);
        if (first === null || first.opensAtMs <= nowMs || !this.#pollsPass) {
            return first;
        }
        const poll = this.#firstRequest(["poll"], nowMs);
        return poll !== null && poll.opensAtMs < first.opensAtMs ? poll : first;
    }

    #firstRequest(order: readonly Priority[], nowMs: number): AdmissionRequest | null {
        for (const priority of order) {
            for (const caller of this.#callers[priority]) {
                return { priority, caller, opensAtMs: this.#gate.opensAtMs(nowMs, caller.count, priority) };
            }
        }
        return null;
    }
}

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
