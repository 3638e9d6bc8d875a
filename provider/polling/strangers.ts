import { MINUTE_MS } from "./sliding-window.js";

/** What is seen of the hour at one moment. */
export interface HourSeen {
    /** `ratelimit-remaining` of an answer. */
    readonly remaining: number;
    /** Own requests of the last hour, those under way included. */
    readonly own: number;
    /** How many of these the API may not have counted when it gave this answer. */
    readonly uncounted: number;
}

/** Requests that others made in the hour, between two bounds, up to a constant. */
interface Bucket {
    readonly atMs: number;
    readonly atLeast: number;
    readonly atMost: number;
}

const BUCKET_MS = 5_000;
/** Fewer others than this in a minute are not told from noise. */
const NOISE = 4;
const SHORTEST_SPAN_MS = 10_000;

/**
 * How much of the minute others use who have the same token. Nobody says; but `ratelimit-remaining` falls by
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

    /** Requests a minute, as far as the last minute's answers show; never more than there are. */
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
