import { HOUR_MS, MINUTE_MS, SlidingWindow } from "./sliding-window.js";
import { AdmissionQueue, type RateAnswer, type TokenRateLimiter, type Priority } from "./admission.js";
import type { Clock } from "./clock.js";
import { AdmittedGroup } from "./group.js";
import { MinuteLimit } from "./minute-limit.js";
import { createServerLimits } from "./server-limits.js";

/** Maximum share of the token's requests per minute that a process uses. */
const SHARE_VARIABLE = "DROPLET_TEARDOWN_SHARE";
/** Less would make hardly any progress. */
const MIN_SHARE = 0.1;

/** The share set in the environment, from 0.1 to 1; the default if it is missing or unreadable. */
export function shareFrom(env: (name: string) => string | undefined): number {
    const text = env(SHARE_VARIABLE)?.trim() ?? "";
    const share = /^\d?(\.\d{1,4})?$/.test(text) && text !== "" ? Number(text) : NaN;
    return share >= MIN_SHARE && share <= 1 ? share : DEFAULT_SHARE;
}

/** Requests sent, and requests reserved by a group: a reservation counts as sent. */
export class Usage {
    readonly minute: SlidingWindow;
    readonly hour: SlidingWindow;
    #inFlight = 0;
    #reserved = 0;

    constructor(guardMs: number) {
        this.minute = new SlidingWindow({ spanMs: MINUTE_MS, guardMs });
        this.hour = new SlidingWindow({ spanMs: HOUR_MS, guardMs });
    }

    /** Requests in flight; a group counts as one until its first request is answered. */
    get inFlight(): number {
        return this.#inFlight;
    }

    /** What the API has not counted yet, at most. */
    get uncounted(): number {
        return this.#inFlight + this.#reserved;
    }

    admitted(nowMs: number, count: number): void {
        for (const window of [this.minute, this.hour]) {
            window.admitted(nowMs, count);
        }
        this.#inFlight += 1;
        this.#reserved += count - 1;
    }

    /** @param counted false: the API does not count it */
    ended(nowMs: number, counted: boolean): void {
        this.#inFlight = Math.max(this.#inFlight - 1, 0);
        this.#forget(nowMs, counted, 1);
    }

    /** A reservation is as old as its group; it is replaced by a current entry when its request is sent. */
    reservedSent(nowMs: number, isFirst: boolean): void {
        this.#forget(nowMs, false, 1);
        for (const window of [this.minute, this.hour]) {
            window.admitted(nowMs, 1);
        }
        this.#inFlight += isFirst ? 0 : 1;
        this.#reserved -= isFirst ? 0 : 1;
    }

    /** @param noneSent none of the group was used */
    reservedGivenBack(nowMs: number, count: number, noneSent: boolean): void {
        this.#forget(nowMs, false, count);
        this.#inFlight -= noneSent ? 1 : 0;
        this.#reserved -= noneSent ? count - 1 : count;
    }

    #forget(nowMs: number, counted: boolean, count: number): void {
        for (let left = count; left > 0; left -= 1) {
            this.minute.ended(nowMs, counted);
            this.hour.ended(nowMs, counted);
        }
    }
}

/** The default share of a token's limits that a process uses. */
export const DEFAULT_SHARE = 0.8;
/** More concurrent requests would only be refused together. */
export const MAX_IN_FLIGHT = 12;

interface RateLimiterOptions {
    readonly clock: Clock;
    /** Requests that the API allows in any 60 s. */
    readonly perMinute?: number;
    /** Requests that the API allows in any hour. */
    readonly perHour?: number;
    /** Maximum share of the minute that this process uses, from 0 to 1. */
    readonly share?: number;
    /** How much later than another a request sent at the same time may arrive. */
    readonly guardMs?: number;
    /** Requests of the hour reserved for other users of the token. */
    readonly hourlyReserve?: number;
    /** Share of the minute reserved for polls of running destroys, so that their ends are detected soon. */
    readonly keptForPolls?: number;
    /** Maximum requests in flight. */
    readonly maxInFlight?: number;
}

/** Answers further apart than this arrived in the order of their requests. */
const OVERTAKING_MS = 1_000;
/** Polls that may queue without room, so that they still get their small share. */
const WAITING_POLLS = 4;
/** Share of the minute that polls leave free for a possible submit. */
const RESERVED_FOR_SUBMITS = 0.04;

/** The rate limiter of one token, with priorities: changes first, then reads that lead to them, then polls. */
export function createRateLimiter(options: RateLimiterOptions): TokenRateLimiter {
    const { clock, perMinute = 250, perHour = 5_000, share = 1, guardMs = 500 } = options;
    const { hourlyReserve = 25, maxInFlight = Infinity, keptForPolls = 0 } = options;
    const usage = new Usage(guardMs);
    const limits = createServerLimits({ perMinute, guardMs, hourlyReserve });
    const minuteLimit = new MinuteLimit({ perMinute, share });
    let refusals = 0;
    let last = { atMs: -Infinity, count: 1 };

    const limitOf = (priority: Priority, nowMs: number): number => {
        const limit = minuteLimit.limit(nowMs);
        return priority === "poll" ? limit : limit - Math.floor(limit * keptForPolls);
    };
    const gate = {
        opensAtMs: (nowMs: number, count: number, priority: Priority): number =>
            Math.max(
                usage.minute.opensAtMs(nowMs, limitOf(priority, nowMs), count),
                usage.hour.opensAtMs(nowMs, perHour - hourlyReserve, count),
                limits.opensAtMs(nowMs),
                last.atMs + last.count * minuteLimit.spacingMs(nowMs),
                usage.inFlight < maxInFlight ? nowMs : Infinity,
            ),
        admitted: (nowMs: number, count: number): void => {
            usage.admitted(nowMs, count);
            limits.admitted(nowMs, count);
            last = { atMs: nowMs, count };
        },
    };
    const queue = new AdmissionQueue(clock, gate, keptForPolls > 0);
    const admit = (signal?: AbortSignal, priority: Priority = "read"): Promise<void> =>
        queue.enter(priority, signal);

    function learn(answer: RateAnswer, nowMs: number): void {
        const remaining = answer.remaining === null ? null : Math.max(answer.remaining - usage.uncounted, 0);
        limits.observe({ ...answer, remaining: answer.remaining === 0 ? 0 : remaining }, nowMs);
        if (answer.status === 429) {
            refusals += 1;
            minuteLimit.refused(nowMs);
        } else if (answer.remaining !== null && answer.remaining > 0) {
            // Answers can overtake each other: one sent earlier may not count requests that arrived before it.
            const uncounted = usage.uncounted + usage.minute.answeredAfter(nowMs - OVERTAKING_MS);
            const seen = { remaining: answer.remaining, own: usage.hour.used(nowMs), uncounted };
            minuteLimit.observe(seen, nowMs);
        }
    }

    function observe(answer: RateAnswer | null): void {
        const nowMs = clock.monotonicMs();
        // The API does not count a refused request.
        usage.ended(nowMs, answer?.status !== 429);
        if (answer !== null) {
            learn(answer, nowMs);
        }
        queue.serve();
    }

    const reservations = {
        sent: (isFirst: boolean): void => usage.reservedSent(clock.monotonicMs(), isFirst),
        givenBack: (left: number, noneSent: boolean): void => {
            usage.reservedGivenBack(clock.monotonicMs(), left, noneSent);
            queue.serve();
        },
    };

    return {
        admit,
        observe,
        admitGroup: async (count, signal, priority = "change") => {
            await queue.enter(priority, signal, count);
            const before = refusals;
            const hold = (): boolean => refusals === before;
            return new AdmittedGroup(count, { admit, observe }, { ...reservations, hold });
        },
        unused: () => {
            const nowMs = clock.monotonicMs();
            return Math.max(minuteLimit.limit(nowMs) - usage.minute.used(nowMs), 0);
        },
        perMinute: () => minuteLimit.limit(clock.monotonicMs()),
        room: () => {
            const nowMs = clock.monotonicMs();
            const limit = minuteLimit.limit(nowMs);
            const reserved = Math.ceil(limit * RESERVED_FOR_SUBMITS);
            const unused = limit - usage.minute.used(nowMs) - queue.waiting("poll");
            const others = queue.length - queue.waiting("poll");
            const isOpen = gate.opensAtMs(nowMs, 1, "poll") <= nowMs;
            const free = isOpen && queue.waiting("read") + queue.waiting("change") === 0;
            return Math.max(
                free ? unused - others - reserved : 0,
                isOpen ? Math.min(unused, Math.floor(limit * keptForPolls)) : 0,
                WAITING_POLLS - queue.waiting("poll"),
                0,
            );
        },
    };
}
