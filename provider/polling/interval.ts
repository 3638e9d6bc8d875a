/** A lognormal component of a mixture. */
interface Peak {
    readonly share: number;
    readonly medianMs: number;
    readonly sigma: number;
}

/**
 * How long destroys take, before this process has seen one: published figures are 10 to 32 s, with a few that
 * take minutes. The tail is wide, so that a slow day does not look like a stuck destroy.
 */
const PRIOR: readonly Peak[] = [
    { share: 0.08, medianMs: 6_500, sigma: 0.45 },
    { share: 0.88, medianMs: 19_800, sigma: 0.56 },
    { share: 0.04, medianMs: 90_000, sigma: 0.75 },
];

/** Share of destroys finished by an age, according to the prior. */
export function priorFinishedBy(ageMs: number): number {
    return PRIOR.reduce(
        (sum, { share, medianMs, sigma }) =>
            sum + share * normalBelow(Math.log(Math.max(ageMs, 1) / medianMs) / sigma),
        0,
    );
}

/** The standard normal distribution function, to 1e-7: Abramowitz and Stegun, 26.2.17. */
function normalBelow(z: number): number {
    const t = 1 / (1 + 0.2316419 * Math.abs(z));
    const series =
        t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
    return z >= 0 ? 1 - above : above;
}

/** Each age bucket is longer than the last by this factor: a few dozen from a second to a quarter of an hour. */
const GROWTH = 1.15;
const FIRST_EDGE_MS = 1_000;
const PIECES = 52;
/** The prior weighs as much as this many observed destroys. */
const PRIOR_WEIGHT = 80;
/** A stuck destroy is still polled: none is ever certain not to finish. */
const MIN_PER_MS = 1 / 1_200_000;

/**
 * The likelihood that a destroy finishes now, given that it has not yet: a prior, corrected by what this
 * process has seen. It is constant between two edges, so that everything derived from it is arithmetic.
 */
export class Hazard {
    /** Destroys that finished in each bucket, the prior's included. */
    readonly #finished: number[] = [];
    /** Milliseconds that destroys spent unfinished in each bucket, the prior's included. */
    readonly #exposedMs: number[] = [];
    /** Cumulative hazard up to each edge, and its integral. */
    #chance: number[] = [];
    #waiting: number[] = [];
    #stale = true;

    constructor() {
        for (let piece = 0; piece < PIECES; piece++) {
            const [from, to] = [edgeMs(piece), edgeMs(piece + 1)];
            const [before, after] = [priorFinishedBy(from), priorFinishedBy(to)];
            this.#finished.push(PRIOR_WEIGHT * (after - before));
            this.#exposedMs.push(Math.max(PRIOR_WEIGHT * (1 - (before + after) / 2) * (to - from), 1));
        }
    }

    /** A destroy was unfinished between two ages. */
    survived(fromMs: number, toMs: number): void {
        for (let piece = pieceAt(fromMs); piece <= pieceAt(toMs); piece++) {
            const overlapMs = Math.min(toMs, edgeMs(piece + 1)) - Math.max(fromMs, edgeMs(piece));
            this.#exposedMs[piece] = (this.#exposedMs[piece] ?? 0) + Math.max(overlapMs, 0);
        }
        this.#stale = true;
    }

    /** A destroy finished at an age. */
    ended(ageMs: number): void {
        const piece = pieceAt(ageMs);
        this.#finished[piece] = (this.#finished[piece] ?? 0) + 1;
        this.#stale = true;
    }

    /** The probability of finishing in the next millisecond at an age. */
    perMs(ageMs: number): number {
        return this.#perMs(pieceAt(ageMs));
    }

    /**
     * Mean detection delay in milliseconds of a destroy's end, if it was seen unfinished at one age and is polled
     * again at another.
     */
    unnoticedMs(fromMs: number, toMs: number): number {
        if (this.#stale) {
            this.#integrate();
            this.#stale = false;
        }
        const [from, to] = [this.#at(fromMs), this.#at(toMs)];
        return Math.max(to.waiting - from.waiting - from.chance * (toMs - fromMs), 0);
    }

    #at(ageMs: number): { readonly chance: number; readonly waiting: number } {
        const piece = pieceAt(ageMs);
        const insideMs = Math.max(ageMs, 0) - edgeMs(piece);
        const chance = this.#chance[piece] ?? 0;
        const perMs = this.#perMs(piece);
        return {
            chance: chance + perMs * insideMs,
            waiting: (this.#waiting[piece] ?? 0) + chance * insideMs + (perMs * insideMs ** 2) / 2,
        };
    }

    #perMs(piece: number): number {
        return Math.max((this.#finished[piece] ?? 0) / (this.#exposedMs[piece] ?? 1), MIN_PER_MS);
    }

    #integrate(): void {
        let [chance, waiting] = [0, 0];
        this.#chance = [];
        this.#waiting = [];
        for (let piece = 0; piece < PIECES; piece++) {
            this.#chance.push(chance);
            this.#waiting.push(waiting);
            const widthMs = edgeMs(piece + 1) - edgeMs(piece);
            const perMs = this.#perMs(piece);
            waiting += chance * widthMs + (perMs * widthMs ** 2) / 2;
            chance += perMs * widthMs;
        }
    }
}

const EDGES_MS = Array.from({ length: PIECES + 1 }, (_, piece) =>
    piece === 0 ? 0 : FIRST_EDGE_MS * GROWTH ** (piece - 1),
);

/** Start of a bucket; the first starts at 0. */
function edgeMs(piece: number): number {
    return EDGES_MS[piece] ?? Infinity;
}

function pieceAt(ageMs: number): number {
    if (!(ageMs >= FIRST_EDGE_MS)) {
        return 0;
    }
    return Math.min(Math.floor(Math.log(ageMs / FIRST_EDGE_MS) / Math.log(GROWTH)) + 1, PIECES - 1);
}

/** Maximum interval between polls of one destroy, however long it takes. */
export const MAX_INTERVAL_MS = 15_000;
/** Minimum interval: an answer takes longer than this. */
const MIN_INTERVAL_MS = 250;

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
export function maxIntervalMs(ageMs: number, by: "list" | "status"): number {
    const growth = Math.max(ageMs / GROWS_FROM_MS, 1) ** 2;
    return Math.min(MIN_AMONG_MANY_MS[by] * growth, MAX_INTERVAL_MS);
}

/** A status follows a list, and takes time as well. */
const MIN_AMONG_MANY_MS = { list: 3_000, status: 2_000 } as const;
/** After this age, an end is too rare to poll that often. */
const GROWS_FROM_MS = 53_000;

export interface PollHistory {
    /** When the destroy was accepted, in monotonic milliseconds. */
    readonly acceptedAtMs: number;
    /** When its status was last requested, in monotonic milliseconds; null: not yet. */
    readonly lastSentAtMs: number | null;
}

/** Mean detection delay in milliseconds of a destroy's end, if it is polled at a given time. */
export function unnoticedMs(history: PollHistory, left: Left, atMs: number, hazard: Hazard): number {
    const lastMs = history.lastSentAtMs ?? history.acceptedAtMs;
    const fromMs = Math.max(lastMs - history.acceptedAtMs, 0);
    return LIKELIER[left] * hazard.unnoticedMs(fromMs, fromMs + Math.max(atMs - lastMs, 0));
}

/**
 * When to request the status of one destroy next, in monotonic milliseconds. It counts from request to request,
 * so a caller without an answer by then waits for the answer.
 */
export function nextPollAtMs(
    history: PollHistory,
    left: Left,
    hazard: Hazard,
    longestMs: number = MAX_INTERVAL_MS,
): number {
    const lastMs = history.lastSentAtMs ?? history.acceptedAtMs;
    return firstTime(lastMs + MIN_INTERVAL_MS, lastMs + longestMs, (atMs) => {
        return unnoticedMs(history, left, atMs, hazard) >= REQUEST_WORTH_MS;
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
