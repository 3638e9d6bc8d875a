import type { HourSeen } from "./strangers.js";
import { Strangers } from "./strangers.js";
import { MINUTE_MS } from "./sliding-window.js";

interface MinuteLimitOptions {
    /** What the API allows. */
    readonly perMinute: number;
    /** Maximum share of it that this process uses. */
    readonly share: number;
}

/** This share of the minute is used even if others seem to use all of it, to prevent starvation. */
const LEAST_PART = 0.1;
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
        const least = Math.max(Math.floor(this.#options.perMinute * LEAST_PART), 1);
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
