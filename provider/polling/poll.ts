/** Polling of one teardown, as its operation sees it. */
export interface Poller {
    /** Resolves when a poll of the status is due; rejects with the signal's reason as soon as it aborts. */
    readonly due: (history: PollHistory, left: Left, signal: AbortSignal) => Promise<void>;
    /** A poll has shown the end of a destroy that was accepted at the time in `history`. */
    readonly ended: (history: PollHistory) => void;
}

/** A poller as its owner sees it. */
export interface OpenPoller extends Poller {
    /** Whether watching has started; from then on, reads yield to destroys. */
    readonly begun: boolean;
    /** Sets the list that may show the Droplet; `seen`: it already did. */
    readonly listedIn: (list: string | null, seen: boolean) => void;
    /**
     * Whether the Droplet is absent from a complete list that started after this call. Null: no list can tell;
     * read the Droplet itself.
     */
    readonly absent: (signal: AbortSignal) => Promise<boolean | null>;
    /** Must be called when done. */
    readonly close: () => void;
}

/** Result of one read of a list. */
export interface ListRefresh {
    readonly present: ReadonlySet<number>;
    /** False: the list changed while its pages were read, so some Droplets may be missing. */
    readonly complete: boolean;
    readonly pages: number;
}

/** Reads all pages of a list of Droplets. */
export type ReadList = (list: string, signal: AbortSignal) => Promise<ListRefresh>;

/** If a list shows what is gone, only failed destroys need their own polls: this share of all. */
const FAILS = 0.002;
const MAX_COVERED_MS = 60_000;
const FIRST_POLL_MS = 6_000;
/** Once the list shows a Droplet to be gone, its status should follow at once. */
const MIN_AFTER_GONE_MS = 400;
const AFTER_GONE = 0.5;

/** Polling of one Droplet: when its status is due. */
export class Poll {
    readonly dropletId: number;
    list: string | null = null;
    /** Whether its list has shown it; only then is its absence meaningful. */
    seen = false;
    begun = false;
    /** Since when its list no longer shows it: a hint, never proof. */
    goneSinceMs: number | null = null;
    /** When it was last known not to be gone. */
    #aliveAtMs = 0;
    #history: PollHistory = { acceptedAtMs: 0, lastSentAtMs: null };
    #countedToMs = 0;
    #release: (() => void) | null = null;
    #aloneAtMs = 0;
    #coveredAtMs = 0;

    constructor(dropletId: number) {
        this.dropletId = dropletId;
    }

    /** Age of its destroy. */
    ageMs(nowMs: number): number {
        return Math.max(nowMs - this.#history.acceptedAtMs, 0);
    }

    get waiting(): boolean {
        return this.#release !== null;
    }

    wait(history: PollHistory, left: Left, hazard: Hazard, release: () => void): void {
        this.begun = true;
        this.#release = release;
        if (history.acceptedAtMs !== this.#history.acceptedAtMs) {
            this.goneSinceMs = null;
            this.#countedToMs = 0;
        }
        this.#history = history;
        const lastMs = history.lastSentAtMs ?? history.acceptedAtMs;
        this.#aliveAtMs = lastMs;
        this.#survivedTo(lastMs, hazard);
        const ageMs = lastMs - history.acceptedAtMs;
        const longestMs = this.seen
            ? Math.max(maxIntervalMs(ageMs, "status"), FIRST_POLL_MS - ageMs)
            : undefined;
        this.#aloneAtMs = nextPollAtMs(history, left, hazard, longestMs);
        this.#coveredAtMs = firstTime(this.#aloneAtMs, lastMs + MAX_COVERED_MS, (atMs) => {
            return FAILS * unnoticedMs(history, left, atMs, hazard) >= REQUEST_WORTH_MS;
        });
    }

    release(): void {
        const release = this.#release;
        this.#release = null;
        release?.();
    }

    stopWaiting(): void {
        this.#release = null;
    }

    ended(history: PollHistory, nowMs: number, hazard: Hazard): void {
        const endMs = this.goneSinceMs ?? nowMs;
        this.#survivedTo(endMs, hazard);
        hazard.ended(Math.max(endMs - history.acceptedAtMs, 0));
    }

    /** When its own poll is due; `covered`: its list shows when it is gone. */
    dueAtMs(covered: boolean): number {
        if (this.goneSinceMs === null) {
            return covered ? this.#coveredAtMs : this.#aloneAtMs;
        }
        const lastMs = this.#history.lastSentAtMs;
        return lastMs === null || lastMs < this.goneSinceMs
            ? this.goneSinceMs
            : lastMs + Math.max(MIN_AFTER_GONE_MS, AFTER_GONE * (lastMs - this.goneSinceMs));
    }

    /** What its list shows, as of the time of the request. */
    listed(present: boolean, askedAtMs: number): void {
        if (present) {
            this.seen = true;
            this.goneSinceMs = null;
            this.#aliveAtMs = Math.max(this.#aliveAtMs, askedAtMs);
        } else if (this.seen && this.begun) {
            this.goneSinceMs ??= askedAtMs;
        }
    }

    /** Mean detection delay in milliseconds of its end, if its list is read at a given time. */
    unnoticedMs(atMs: number, hazard: Hazard): number {
        const { acceptedAtMs } = this.#history;
        // The last status is too old to count here.
        return unnoticedMs({ acceptedAtMs, lastSentAtMs: this.#aliveAtMs }, "unknown", atMs, hazard);
    }

    #survivedTo(atMs: number, hazard: Hazard): void {
        const ageMs = atMs - this.#history.acceptedAtMs;
        if (ageMs > this.#countedToMs) {
            hazard.survived(this.#countedToMs, ageMs);
            this.#countedToMs = ageMs;
        }
    }
}

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
function priorFinishedBy(ageMs: number): number {
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
const REQUEST_WORTH_MS = 59;

/** What the last status showed of the associated resources; the Droplet is destroyed after them. */
export type Left = "unknown" | "some" | "droplet";

/** How much more or less likely an end is than the age alone suggests. */
const LIKELIER: Readonly<Record<Left, number>> = { unknown: 1, some: 0.35, droplet: 1.6 };

/**
 * With many teardowns, their list saves requests, which are spent on the last ones: a poll at least this often,
 * by age.
 */
function maxIntervalMs(ageMs: number, by: "list" | "status"): number {
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
function unnoticedMs(history: PollHistory, left: Left, atMs: number, hazard: Hazard): number {
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
function firstTime(fromMs: number, toMs: number, isDue: (atMs: number) => boolean): number {
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

/** A single Droplet is polled individually: a list and then a status would cost more. */
const MIN_POLLS = 2;
const POLLS_PER_PAGE = 2;
/** Like `REQUEST_WORTH_MS`, summed over all Droplets on the page; a status still has to follow. */
const PAGE_WORTH_MS = 400;
/** No destroy ends before this age, so a list would show nothing gone. */
const EARLIEST_END_MS = 5_000;
const MAX_AGE_MS = 900_000;
const MAX_BETWEEN_MS = 15_000;
/** A finished Droplet that waits for its proof costs less than one whose end is unknown. */
const PROOF_WEIGHT = 0.05;
/** So often is a list of one page read a minute, however few requests are left: it tells which status to ask for. */
const MIN_READS_PER_MINUTE = 12;
/** Pause after a list could not be read. */
const PAUSE_AFTER_ERROR_MS = 60_000;
const PLAN_FOR_MS = 500;
/** An incomplete list proves nothing: after this many reads, each Droplet is read individually. */
const MAX_INCOMPLETE = 3;

/** A caller that wants a list to show that a Droplet is absent. */
export interface ProofWaiter {
    readonly dropletId: number;
    readonly sinceMs: number;
    /** Whether the last read of the list, of several pages, did not show it. */
    missing: boolean;
    /** Null: this list cannot tell. */
    tell(absent: boolean | null): void;
}

/** Polling of a list, for the Droplets that it shows: when it is due. */
export class ListPoll {
    readonly polls = new Set<Poll>();
    readonly proofs = new Set<ProofWaiter>();
    refreshing = false;
    #pages = 1;
    #refreshedAtMs = -Infinity;
    /** Pages read in the last minute. */
    #recent: { readonly atMs: number; readonly pages: number }[] = [];
    #pausedUntilMs = -Infinity;
    /** Consecutive reads that may have missed Droplets. */
    #incomplete = 0;
    #planned: { readonly atMs: number; readonly dueAtMs: number; readonly watched: number } | null = null;
    readonly #minPerMinute: number;

    /** @param minPerMinute pages to read a minute if there are several, however few requests are left */
    constructor(minPerMinute: number) {
        this.#minPerMinute = minPerMinute;
    }

    /** Whether reading the list is worth it. */
    worthIt(nowMs: number): boolean {
        let begun = 0;
        for (const poll of this.polls) {
            begun += poll.begun ? 1 : 0;
        }
        return nowMs >= this.#pausedUntilMs && begun >= Math.max(MIN_POLLS, POLLS_PER_PAGE * this.#pages);
    }

    /** When to read the list next, in monotonic milliseconds; `room` requests are free now. */
    dueAtMs(nowMs: number, room: number, hazard: Hazard): number {
        const watched = [...this.polls].filter(({ waiting, goneSinceMs }) => waiting && goneSinceMs === null);
        if (watched.length === 0 && this.proofs.size === 0) {
            return Infinity;
        }
        if (this.proofs.size === this.polls.size) {
            // Only the proof is missing.
            return nowMs;
        }
        // What the list itself used becomes available again in time.
        const own = this.#recent.reduce(
            (sum, { atMs, pages }) => sum + (nowMs - atMs < 60_000 ? pages : 0),
            0,
        );
        const least = this.#pages === 1 ? MIN_READS_PER_MINUTE : this.#minPerMinute;
        const perMinute = Math.max(room + own - watched.length, least);
        const earliestMs = Math.max(this.#refreshedAtMs + (this.#pages * 60_000) / perMinute, 0);
        return earliestMs > nowMs ? earliestMs : Math.max(this.#plan(watched, nowMs, hazard), earliestMs);
    }

    /** A read has ended that started at a given time, with these polls and waiters. */
    refreshed(refresh: ListRefresh, askedAtMs: number, proofs: readonly ProofWaiter[]): void {
        this.#pages = Math.max(refresh.pages, 1);
        this.#refreshedAtMs = askedAtMs;
        this.#recent = this.#recent.filter(({ atMs }) => askedAtMs - atMs < 60_000);
        this.#recent.push({ atMs: askedAtMs, pages: refresh.pages });
        this.#planned = null;
        for (const poll of this.polls) {
            // Shifting pages may hide a Droplet, and what started after the request is not covered.
            poll.listed(refresh.present.has(poll.dropletId), askedAtMs);
        }
        for (const proof of proofs) {
            this.#prove(proof, refresh);
        }
        this.#incomplete = refresh.complete ? 0 : this.#incomplete + 1;
        if (this.#incomplete >= MAX_INCOMPLETE) {
            this.giveUpProofs();
        }
    }

    /** What moves from one page to another may be on neither, so two reads in a row must lack the Droplet. */
    #prove(proof: ProofWaiter, { complete, present, pages }: ListRefresh): void {
        const isAbsent = complete && !present.has(proof.dropletId);
        if (present.has(proof.dropletId) || (isAbsent && (pages === 1 || proof.missing))) {
            this.proofs.delete(proof);
            proof.tell(isAbsent);
        }
        proof.missing = isAbsent;
    }

    failed(nowMs: number): void {
        this.#pausedUntilMs = nowMs + PAUSE_AFTER_ERROR_MS;
        this.#planned = null;
        this.giveUpProofs();
    }

    giveUpProofs(): void {
        for (const proof of this.proofs) {
            proof.tell(null);
        }
        this.proofs.clear();
    }

    /** Due when not reading it has cost as much, over all polls, as its pages are worth. */
    #plan(watched: readonly Poll[], nowMs: number, hazard: Hazard): number {
        const known = this.#planned;
        if (known?.watched === watched.length && nowMs - known.atMs < PLAN_FOR_MS) {
            return known.dueAtMs;
        }
        const sinceMs = Math.max(this.#refreshedAtMs, nowMs - MAX_BETWEEN_MS);
        const dueAtMs = firstTime(sinceMs, sinceMs + maxMs(watched, nowMs), (atMs) => {
            return this.#costAt(watched, atMs, hazard) >= PAGE_WORTH_MS * this.#pages;
        });
        this.#planned = { atMs: nowMs, dueAtMs, watched: watched.length };
        return dueAtMs;
    }

    #costAt(watched: readonly Poll[], atMs: number, hazard: Hazard): number {
        let cost = 0;
        for (const poll of watched) {
            cost += poll.unnoticedMs(atMs, hazard);
        }
        for (const { sinceMs } of this.proofs) {
            cost += PROOF_WEIGHT * Math.max(atMs - sinceMs, 0);
        }
        return cost;
    }
}

/** The youngest is the likeliest to end; before such a destroy can end, there is no hurry. */
function maxMs(watched: readonly Poll[], nowMs: number): number {
    const youngestMs = watched.reduce((ms, poll) => Math.min(ms, poll.ageMs(nowMs)), Infinity);
    return youngestMs < EARLIEST_END_MS
        ? EARLIEST_END_MS
        : maxIntervalMs(Math.min(youngestMs, MAX_AGE_MS), "list");
}
