import { priorFinishedBy } from "./prior.js";

/** Each age bucket is longer than the last by this factor: a few dozen from a second to a quarter of an hour. */
const GROWTH = 1.15;
const FIRST_EDGE_MS = 1_000;
const PIECES = 52;
/** The prior weighs as much as this many observed destroys. */
const PRIOR_WEIGHT = 80;
/** A stuck destroy is still polled: none is ever certain not to finish. */
const LEAST_PER_MS = 1 / 1_200_000;

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
        return Math.max((this.#finished[piece] ?? 0) / (this.#exposedMs[piece] ?? 1), LEAST_PER_MS);
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
