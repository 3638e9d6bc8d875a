import type { Hazard } from "./hazard.js";

/** No two looks at one destroy are further apart, however long it takes. */
export const LONGEST_INTERVAL_MS = 15_000;
/** Nor closer: an answer takes longer than this. */
const SHORTEST_INTERVAL_MS = 250;

/**
 * What a request is worth: a look is due as soon as not looking has cost this much unnoticed time on average.
 * Where the likelihood of an end is constant, this rule gives the least waiting for a number of requests.
 */
export const REQUEST_WORTH_MS = 59;

/** What the last status of a destroy showed of the associated resources; the Droplet goes after them. */
export type Left = "unknown" | "some" | "droplet";

/** How much more, or less, likely an end is than the age alone says. */
const LIKELIER: Readonly<Record<Left, number>> = { unknown: 1, some: 0.35, droplet: 1.6 };

/**
 * Where many are torn down, their list saves requests, and these pay for keeping an eye on the last ones: a
 * look at least this often, at an age.
 */
export function longestAmongManyMs(ageMs: number, by: "list" | "status"): number {
    const growth = Math.max(ageMs / GROWS_FROM_MS, 1) ** 2;
    return Math.min(LEAST_AMONG_MANY_MS[by] * growth, LONGEST_INTERVAL_MS);
}

/** A list is followed by a status, which takes its time as well. */
const LEAST_AMONG_MANY_MS = { list: 3_000, status: 2_000 } as const;
/** After this age an end is too rare to be waited for that closely. */
const GROWS_FROM_MS = 53_000;

export interface Looks {
    /** When the destroy was accepted, in monotonic milliseconds. */
    readonly acceptedAtMs: number;
    /** When its status was last asked for, in monotonic milliseconds; null: not yet. */
    readonly lastSentAtMs: number | null;
}

/** Milliseconds that the end of a destroy has gone unnoticed on average, if it is looked at at a time. */
export function unnoticedMs(looks: Looks, left: Left, atMs: number, hazard: Hazard): number {
    const lastMs = looks.lastSentAtMs ?? looks.acceptedAtMs;
    const fromMs = Math.max(lastMs - looks.acceptedAtMs, 0);
    return LIKELIER[left] * hazard.unnoticedMs(fromMs, fromMs + Math.max(atMs - lastMs, 0));
}

/**
 * When to ask for the status of one destroy next, in monotonic milliseconds. It counts from one request to the
 * next, so the caller that has no answer by then waits for the answer.
 */
export function nextLookAtMs(
    looks: Looks,
    left: Left,
    hazard: Hazard,
    longestMs: number = LONGEST_INTERVAL_MS,
): number {
    const lastMs = looks.lastSentAtMs ?? looks.acceptedAtMs;
    return firstTime(lastMs + SHORTEST_INTERVAL_MS, lastMs + longestMs, (atMs) => {
        return unnoticedMs(looks, left, atMs, hazard) >= REQUEST_WORTH_MS;
    });
}

/** The first time, to a few milliseconds, at which something that stays true once it is has become true. */
export function firstTime(fromMs: number, toMs: number, isDue: (atMs: number) => boolean): number {
    let [low, high] = [fromMs, toMs];
    while (high - low > 5) {
        const middle = (low + high) / 2;
        if (isDue(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return isDue(low) ? low : high;
}
