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
const SHORTEST_SPAN_MS = 10_000;

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
        if (first === undefined || last === undefined || last.atMs - first.atMs < SHORTEST_SPAN_MS) {
            return 0;
        }
        const others = last.atLeast - first.atMost;
        const spanMs = Math.min(Math.max(last.atMs + BUCKET_MS, nowMs) - first.atMs, MINUTE_MS);
        return others <= NOISE ? 0 : (others * MINUTE_MS) / spanMs;
    }
}
