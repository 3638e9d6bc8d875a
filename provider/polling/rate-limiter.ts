import {
    AdmissionQueue,
    AdmittedGroup,
    type Priority,
    type RateAnswer,
    type TokenRateLimiter,
} from "./admission.js";
import type { Clock } from "./clock.js";

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
class Usage {
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
const DEFAULT_SHARE = 0.8;
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

    const limitFor = (priority: Priority, nowMs: number): number => {
        const limit = minuteLimit.limit(nowMs);
        return priority === "poll" ? limit : limit - Math.floor(limit * keptForPolls);
    };
    const gate = {
        opensAtMs: (nowMs: number, count: number, priority: Priority): number =>
            Math.max(
                usage.minute.opensAtMs(nowMs, limitFor(priority, nowMs), count),
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
        isAlone: () => minuteLimit.isAlone(clock.monotonicMs()),
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

/** The hourly limit is a sliding window, so nothing takes longer than that to become available. */
const MAX_WAIT_MS = 3_600_000 + 1_000;
/** Pause after a refusal, and between requests that probe whether the hour is open again. */
const PROBE_EVERY_MS = 5_000;
const MIN_WAIT_MS = 1_000;

interface ServerLimitsOptions {
    readonly perMinute: number;
    readonly guardMs: number;
    readonly hourlyReserve: number;
}

/** What the API's answers say about the limits, including other users of the token. */
function createServerLimits({ perMinute, guardMs, hourlyReserve }: ServerLimitsOptions) {
    /** After a refusal, nothing is sent before this time. */
    let blockedUntilMs = -Infinity;
    /** After a refusal, the queue is not released all at once. */
    let pacedUntilMs = -Infinity;
    let nextPacedMs = -Infinity;
    /** Set while the hour is nearly used up: when the next single request may be sent. */
    let hourOpensAtMs: number | null = null;
    /** Whether that is a guess: the refusal said nothing, so that no answer may ever say that the hour is open. */
    let isGuess = false;

    function refused(answer: RateAnswer, nowMs: number): void {
        const untilMs = nowMs + refusalMs(answer, guardMs);
        blockedUntilMs = Math.max(blockedUntilMs, untilMs);
        pacedUntilMs = blockedUntilMs + MINUTE_MS;
        if (answer.retryAfterMs === null) {
            hourOpensAtMs = untilMs;
            isGuess = answer.resetInMs === null;
        }
    }

    function answered({ remaining, resetInMs }: RateAnswer, nowMs: number): void {
        if (remaining === null ? isGuess : remaining > hourlyReserve) {
            hourOpensAtMs = null;
            isGuess = false;
            return;
        }
        if (remaining === null || resetInMs === null) {
            return;
        }
        isGuess = false;
        // A sudden 0 may be the minute's, which ends soon; the next answer tells.
        const certain = remaining > 0 || hourOpensAtMs !== null;
        const waitMs = bounded(resetInMs + guardMs, 0);
        hourOpensAtMs = nowMs + (certain ? waitMs : Math.min(waitMs, MINUTE_MS + guardMs));
    }

    return {
        observe(answer: RateAnswer, nowMs: number): void {
            if (answer.status === 429) {
                refused(answer, nowMs);
            } else {
                answered(answer, nowMs);
            }
        },
        /** The earliest time, in monotonic milliseconds, to send another request. */
        opensAtMs(nowMs: number): number {
            const pacedMs = nowMs < pacedUntilMs ? nextPacedMs : nowMs;
            return Math.max(blockedUntilMs, hourOpensAtMs ?? nowMs, pacedMs, nowMs);
        },
        admitted(nowMs: number, count: number): void {
            nextPacedMs = nowMs + (count * MINUTE_MS) / perMinute;
            if (hourOpensAtMs !== null) {
                hourOpensAtMs = nowMs + PROBE_EVERY_MS;
            }
        },
    };
}

/** A refusal by the minute says how long to wait, one by the hour has only the reset, and both may be missing. */
function refusalMs({ retryAfterMs, resetInMs }: RateAnswer, guardMs: number): number {
    if (retryAfterMs !== null) {
        return bounded(retryAfterMs, MIN_WAIT_MS);
    }
    return resetInMs === null ? MINUTE_MS + guardMs : bounded(resetInMs + guardMs, PROBE_EVERY_MS);
}

function bounded(ms: number, shortestMs: number): number {
    return Number.isNaN(ms) ? MINUTE_MS : Math.min(Math.max(ms, shortestMs), MAX_WAIT_MS);
}

/** One sample of the hour's usage. */
interface HourSeen {
    /** `ratelimit-remaining` of an answer. */
    readonly remaining: number;
    /** Our own requests of the last hour, including those in flight. */
    readonly own: number;
    /** How many of these the API may not have counted in this answer. */
    readonly uncounted: number;
}

/** Requests by others in the hour: lower and upper bound, up to a constant. */
interface Bucket {
    readonly atMs: number;
    readonly atLeast: number;
    readonly atMost: number;
}

const BUCKET_MS = 5_000;
/** Fewer requests a minute than this are indistinguishable from noise. */
const NOISE = 4;
const MIN_SPAN_MS = 10_000;

/**
 * How much of the minute other users of the token use. The API does not say, but `ratelimit-remaining` falls by
 * their requests as well as by ours.
 */
class CompetingUsage {
    /** Oldest first, over a little more than a minute. */
    #buckets: Bucket[] = [];

    observe({ remaining, own, uncounted }: HourSeen, nowMs: number): void {
        const [atLeast, atMost] = [-remaining - own, -remaining - own + uncounted];
        const last = this.#buckets.at(-1);
        if (last !== undefined && nowMs - last.atMs < BUCKET_MS) {
            const tighter = {
                atMs: last.atMs,
                atLeast: Math.max(last.atLeast, atLeast),
                atMost: Math.min(last.atMost, atMost),
            };
            this.#buckets[this.#buckets.length - 1] = tighter;
            return;
        }
        this.#buckets = this.#buckets.filter(({ atMs }) => nowMs - atMs <= MINUTE_MS + BUCKET_MS);
        this.#buckets.push({ atMs: nowMs, atLeast, atMost });
    }

    /** Requests a minute, as far as the last minute's answers show; never an overestimate. */
    perMinute(nowMs: number): number {
        const [first, last] = [this.#buckets[0], this.#buckets.at(-1)];
        if (first === undefined || last === undefined || last.atMs - first.atMs < MIN_SPAN_MS) {
            return 0;
        }
        const others = last.atLeast - first.atMost;
        const spanMs = Math.min(Math.max(last.atMs + BUCKET_MS, nowMs) - first.atMs, MINUTE_MS);
        return others <= NOISE ? 0 : (others * MINUTE_MS) / spanMs;
    }
}

interface MinuteLimitOptions {
    /** What the API allows. */
    readonly perMinute: number;
    /** Maximum share of it that this process uses. */
    readonly share: number;
}

/** This share of the minute is used even if others seem to use all of it, to prevent starvation. */
const MIN_PART = 0.1;
/** Safety margin, as a fraction of what others use. */
const DISTANCE = 0.1;
/** How far each step moves the limit towards what others leave. Two processes that see each other converge. */
const STEP = 0.15;
const STEP_EVERY_MS = 5_000;
/** Each refusal removes this share of the minute for a while. */
const PENALTY = 0.08;
/** Refusals that arrive together count once: those requests were in flight at the same time. */
const TOGETHER_MS = 2_000;
const PENALTY_HALF_LIFE_MS = 120_000;

/** How many requests a minute this process may send, given what other users of the token send. */
class MinuteLimit {
    readonly #full: number;
    readonly #options: MinuteLimitOptions;
    readonly #competing = new CompetingUsage();
    #limit: number;
    #steppedAtMs = -Infinity;
    #penalty = 0;
    #penaltyAtMs = -Infinity;

    constructor(options: MinuteLimitOptions) {
        this.#options = options;
        this.#full = Math.max(Math.floor(options.perMinute * options.share), 1);
        this.#limit = this.#full;
    }

    /** Requests in any 60 s. */
    limit(nowMs: number): number {
        const least = Math.max(Math.floor(this.#options.perMinute * MIN_PART), 1);
        const part = 1 - this.#penaltyAt(nowMs);
        return Math.max(Math.floor(this.#limit * part), Math.min(least, this.#full));
    }

    isAlone(nowMs: number): boolean {
        return this.#limit >= this.#full - 1 && this.#penaltyAt(nowMs) < PENALTY / 2;
    }

    /** Minimum time between two requests: if others use the token, our burst must not meet theirs. */
    spacingMs(nowMs: number): number {
        return this.isAlone(nowMs) ? 0 : (0.9 * MINUTE_MS) / this.limit(nowMs);
    }

    observe(seen: HourSeen, nowMs: number): void {
        this.#competing.observe(seen, nowMs);
        if (nowMs - this.#steppedAtMs < STEP_EVERY_MS) {
            return;
        }
        this.#steppedAtMs = nowMs;
        const theirs = this.#competing.perMinute(nowMs) * (1 + DISTANCE);
        const left = Math.min(this.#options.perMinute - theirs, this.#full);
        this.#limit += Math.abs(left - this.#limit) < 1 ? left - this.#limit : STEP * (left - this.#limit);
    }

    refused(nowMs: number): void {
        if (nowMs - this.#penaltyAtMs < TOGETHER_MS) {
            return;
        }
        this.#penalty = Math.min(this.#penaltyAt(nowMs) + PENALTY, 0.5);
        this.#penaltyAtMs = nowMs;
    }

    #penaltyAt(nowMs: number): number {
        return this.#penalty * 0.5 ** ((nowMs - this.#penaltyAtMs) / PENALTY_HALF_LIFE_MS);
    }
}

/** The span over which the API counts its burst limit. */
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

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
class SlidingWindow {
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
        return tooMany <= 0 ? nowMs : this.#expiresAt(tooMany - 1);
    }

    /** When the request expires that `index` others precede. */
    #expiresAt(index: number): number {
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
