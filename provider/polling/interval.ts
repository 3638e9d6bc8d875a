import type { Hazard } from "./hazard.js";

/** Maximum interval between polls of one destroy, however long it takes. */
export const LONGEST_INTERVAL_MS = 15_000;
/** Minimum interval: an answer takes longer than this. */
const SHORTEST_INTERVAL_MS = 250;

/**
 * What a request is worth: a poll is due as soon as not polling has cost this much detection delay on average.
 * If the likelihood of an end is constant, this rule minimizes the delay for a number of requests.
 */
export const REQUEST_WORTH_MS = 59;

/** What the last status showed of the associated resources; the Droplet is destroyed after them. */
export type Left = "unknown" | "some" | "droplet";

/** How much more or less likely an end is than the age alone suggests. */
const LIKELIER: Readonly<Record<Left, number>> = { unknown: 1, some: 0.35, droplet: 1.6 };

/**
 * With many teardowns, their list saves requests, which are spent on the last ones: a poll at least this often,
 * by age.
 */
export function longestAmongManyMs(ageMs: number, by: "list" | "status"): number {
    const growth = Math.max(ageMs / GROWS_FROM_MS, 1) ** 2;
    return Math.min(LEAST_AMONG_MANY_MS[by] * growth, LONGEST_INTERVAL_MS);
}

/** A status follows a list, and takes time as well. */
const LEAST_AMONG_MANY_MS = { list: 3_000, status: 2_000 } as const;
/** After this age, an end is too rare to poll that often. */
const GROWS_FROM_MS = 53_000;

export interface Looks {
    /** When the destroy was accepted, in monotonic milliseconds. */
    readonly acceptedAtMs: number;
    /** When its status was last requested, in monotonic milliseconds; null: not yet. */
    readonly lastSentAtMs: number | null;
}

/** Mean detection delay in milliseconds of a destroy's end, if it is polled at a given time. */
export function unnoticedMs(looks: Looks, left: Left, atMs: number, hazard: Hazard): number {
    const lastMs = looks.lastSentAtMs ?? looks.acceptedAtMs;
    const fromMs = Math.max(lastMs - looks.acceptedAtMs, 0);
    return LIKELIER[left] * hazard.unnoticedMs(fromMs, fromMs + Math.max(atMs - lastMs, 0));
}

/**
 * When to request the status of one destroy next, in monotonic milliseconds. It counts from request to request,
 * so a caller without an answer by then waits for the answer.
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

/** The first time, to a few milliseconds, at which a monotonic condition becomes true. */
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
