import { firstTime, type Hazard, maxIntervalMs } from "./interval.js";
import type { Poll, ListRefresh } from "./poll.js";

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
    readonly #minPerMinute: number;
    /** Consecutive reads that may have missed Droplets. */
    #incomplete = 0;
    #planned: { readonly atMs: number; readonly dueAtMs: number; readonly watched: number } | null = null;

    /** @param minPerMinute pages to read a minute however few requests are left */
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
        const perMinute = Math.max(room + own - watched.length, this.#minPerMinute);
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
