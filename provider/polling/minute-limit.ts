import { MINUTE_MS } from "./sliding-window.js";

/** One sample of the hour's usage. */
export interface HourSeen {
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
export class Strangers {
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
export class MinuteLimit {
    readonly #full: number;
    readonly #options: MinuteLimitOptions;
    readonly #strangers = new Strangers();
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

    /** Minimum time between two requests: if others use the token, our burst must not meet theirs. */
    spacingMs(nowMs: number): number {
        const alone = this.#limit >= this.#full - 1 && this.#penaltyAt(nowMs) < PENALTY / 2;
        return alone ? 0 : (0.9 * MINUTE_MS) / this.limit(nowMs);
    }

    observe(seen: HourSeen, nowMs: number): void {
        this.#strangers.observe(seen, nowMs);
        if (nowMs - this.#steppedAtMs < STEP_EVERY_MS) {
            return;
        }
        this.#steppedAtMs = nowMs;
        const theirs = this.#strangers.perMinute(nowMs) * (1 + DISTANCE);
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
