import { firstTime, type Hazard, longestAmongManyMs } from "./interval.js";
import type { Member, Sweep } from "./member.js";

/** A single Droplet is polled individually: a list and then a status would cost more. */
const MIN_MEMBERS = 2;
const MEMBERS_PER_PAGE = 2;
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
    /** Null: this list cannot tell. */
    tell(absent: boolean | null): void;
}

/** A list of Droplets, and its watched Droplets. */
export class Listing {
    readonly members = new Set<Member>();
    readonly proofs = new Set<ProofWaiter>();
    sweeping = false;
    #pages = 1;
    #sweptAtMs = -Infinity;
    /** Pages read in the last minute. */
    #recent: { readonly atMs: number; readonly pages: number }[] = [];
    #pausedUntilMs = -Infinity;
    readonly #leastPerMinute: number;
    /** Consecutive reads that may have missed Droplets. */
    #incomplete = 0;
    #planned: { readonly atMs: number; readonly dueAtMs: number; readonly watched: number } | null = null;

    /** @param leastPerMinute pages to read a minute however little of the budget is left */
    constructor(leastPerMinute: number) {
        this.#leastPerMinute = leastPerMinute;
    }

    /** Whether reading the list is worth it. */
    worthIt(nowMs: number): boolean {
        let begun = 0;
        for (const member of this.members) {
            begun += member.begun ? 1 : 0;
        }
        return nowMs >= this.#pausedUntilMs && begun >= Math.max(MIN_MEMBERS, MEMBERS_PER_PAGE * this.#pages);
    }

    /** When to read the list next, in monotonic milliseconds; `room` requests are free now. */
    dueAtMs(nowMs: number, room: number, hazard: Hazard): number {
        const watched = [...this.members].filter(
            ({ waiting, goneSinceMs }) => waiting && goneSinceMs === null,
        );
        if (watched.length === 0 && this.proofs.size === 0) {
            return Infinity;
        }
        if (this.proofs.size === this.members.size) {
            // Only the proof is missing.
            return nowMs;
        }
        // What the list itself used becomes available again in time.
        const own = this.#recent.reduce(
            (sum, { atMs, pages }) => sum + (nowMs - atMs < 60_000 ? pages : 0),
            0,
        );
        const perMinute = Math.max(room + own - watched.length, this.#leastPerMinute);
        const earliestMs = Math.max(this.#sweptAtMs + (this.#pages * 60_000) / perMinute, 0);
        return earliestMs > nowMs ? earliestMs : Math.max(this.#plan(watched, nowMs, hazard), earliestMs);
    }

    /** A read has ended that started at a given time, with these members and waiters. */
    swept(sweep: Sweep, askedAtMs: number, proofs: readonly ProofWaiter[]): void {
        this.#pages = Math.max(sweep.pages, 1);
        this.#sweptAtMs = askedAtMs;
        this.#recent = this.#recent.filter(({ atMs }) => askedAtMs - atMs < 60_000);
        this.#recent.push({ atMs: askedAtMs, pages: sweep.pages });
        this.#planned = null;
        for (const member of this.members) {
            // Shifting pages may hide a Droplet, and what started after the request is not covered.
            member.listed(sweep.present.has(member.dropletId), askedAtMs);
        }
        for (const proof of sweep.complete ? proofs : []) {
            this.proofs.delete(proof);
            proof.tell(!sweep.present.has(proof.dropletId));
        }
        this.#incomplete = sweep.complete ? 0 : this.#incomplete + 1;
        if (this.#incomplete >= MAX_INCOMPLETE) {
            this.giveUpProofs();
        }
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

    /** Due when not reading it has cost as much, over all members, as its pages are worth. */
    #plan(watched: readonly Member[], nowMs: number, hazard: Hazard): number {
        const known = this.#planned;
        if (known?.watched === watched.length && nowMs - known.atMs < PLAN_FOR_MS) {
            return known.dueAtMs;
        }
        const sinceMs = Math.max(this.#sweptAtMs, nowMs - MAX_BETWEEN_MS);
        const dueAtMs = firstTime(sinceMs, sinceMs + longestMs(watched, nowMs), (atMs) => {
            return this.#costAt(watched, atMs, hazard) >= PAGE_WORTH_MS * this.#pages;
        });
        this.#planned = { atMs: nowMs, dueAtMs, watched: watched.length };
        return dueAtMs;
    }

    #costAt(watched: readonly Member[], atMs: number, hazard: Hazard): number {
        let cost = 0;
        for (const member of watched) {
            cost += member.unnoticedMs(atMs, hazard);
        }
        for (const { sinceMs } of this.proofs) {
            cost += PROOF_WEIGHT * Math.max(atMs - sinceMs, 0);
        }
        return cost;
    }
}

/** The youngest is the likeliest to end; before such a destroy can end, there is no hurry. */
function longestMs(watched: readonly Member[], nowMs: number): number {
    const youngestMs = watched.reduce((ms, member) => Math.min(ms, member.ageMs(nowMs)), Infinity);
    return youngestMs < EARLIEST_END_MS
        ? EARLIEST_END_MS
        : longestAmongManyMs(Math.min(youngestMs, MAX_AGE_MS), "list");
}
