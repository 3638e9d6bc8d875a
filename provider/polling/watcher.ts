import { Alarm } from "./alarm.js";
import type { Clock } from "./clock.js";
import { Hazard, type Left, type Looks } from "./interval.js";
import { Listing, type ProofWaiter } from "./listing.js";
import { Member, type OpenWatch, type ReadList } from "./member.js";

interface WatcherOptions {
    readonly clock: Clock;
    /** How many polls would be admitted now. */
    readonly room: () => number;
    /** Null: there are no lists, and every Droplet is polled individually. */
    readonly readList: ReadList | null;
    /** Pages of each list to read a minute however little of the budget is left. */
    readonly leastPagesPerMinute?: number;
}

const MIN_PAGES_PER_MINUTE = 2;

/** Maximum wait before trying again if something is due and there is no room. */
const AGAIN_MS = 500;

/**
 * Chooses what to poll next, for all teardowns that share a token: first Droplets that a list shows to be gone,
 * then overdue polls, as far as the budget has room. Reads lists that show many Droplets.
 */
export class Watcher {
    readonly #clock: Clock;
    readonly #room: () => number;
    readonly #readList: ReadList | null;
    readonly #leastPagesPerMinute: number;
    readonly #hazard = new Hazard();
    /** Members that no list shows. */
    readonly #unlisted = new Set<Member>();
    readonly #listings = new Map<string, Listing>();
    #sweeps = new AbortController();
    readonly #alarm: Alarm;

    constructor({ clock, room, readList, leastPagesPerMinute = MIN_PAGES_PER_MINUTE }: WatcherOptions) {
        this.#leastPagesPerMinute = leastPagesPerMinute;
        this.#clock = clock;
        this.#alarm = new Alarm(clock, () => this.#tick());
        this.#room = room;
        this.#readList = readList;
    }

    /** Starts to watch a Droplet. Must be closed. */
    open(dropletId: number): OpenWatch {
        const member = new Member(dropletId);
        this.#unlisted.add(member);
        return {
            get begun() {
                return member.begun;
            },
            due: (looks, left, signal) => this.#due(member, looks, left, signal),
            ended: (looks) => member.ended(looks, this.#clock.monotonicMs(), this.#hazard),
            listedIn: (listing, seen) => this.#join(member, listing, seen),
            absent: (signal) => this.#absent(member, signal),
            close: () => this.#close(member),
        };
    }

    #due(member: Member, looks: Looks, left: Left, signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const abort = (): void => {
                member.stopWaiting();
                reject(signal.reason as Error);
                this.#tick();
            };
            signal.addEventListener("abort", abort, { once: true });
            member.wait(looks, left, this.#hazard, () => {
                signal.removeEventListener("abort", abort);
                resolve();
            });
            this.#tick();
        });
    }

    #join(member: Member, name: string | null, seen: boolean): void {
        this.#leave(member);
        member.listing = this.#readList === null ? null : name;
        member.seen = seen;
        if (member.listing === null) {
            this.#unlisted.add(member);
        } else {
            const listing = this.#listings.get(member.listing) ?? new Listing(this.#leastPagesPerMinute);
            this.#listings.set(member.listing, listing);
            listing.members.add(member);
        }
    }

    #leave(member: Member): void {
        const listing = this.#listingOf(member);
        this.#unlisted.delete(member);
        listing?.members.delete(member);
        if (listing?.members.size === 0 && member.listing !== null) {
            this.#listings.delete(member.listing);
        }
    }

    #absent(member: Member, signal: AbortSignal): Promise<boolean | null> {
        const listing = this.#listingOf(member);
        if (
            signal.aborted ||
            listing === undefined ||
            !member.seen ||
            !listing.worthIt(this.#clock.monotonicMs())
        ) {
            return Promise.resolve(null);
        }
        return new Promise((resolve, reject) => {
            const abort = (): void => {
                listing.proofs.delete(proof);
                reject(signal.reason as Error);
            };
            const proof: ProofWaiter = {
                dropletId: member.dropletId,
                sinceMs: this.#clock.monotonicMs(),
                tell: (absent) => {
                    signal.removeEventListener("abort", abort);
                    resolve(absent);
                },
            };
            signal.addEventListener("abort", abort, { once: true });
            listing.proofs.add(proof);
            this.#tick();
        });
    }

    #close(member: Member): void {
        this.#leave(member);
        if (this.#unlisted.size === 0 && this.#listings.size === 0) {
            this.#sweeps.abort(new Error("nobody is watching any more"));
            this.#sweeps = new AbortController();
        }
        this.#tick();
    }

    #listingOf(member: Member): Listing | undefined {
        return member.listing === null ? undefined : this.#listings.get(member.listing);
    }

    /** Does what is due, and schedules itself for the next. */
    #tick(): void {
        const nowMs = this.#clock.monotonicMs();
        const nextSweepMs = this.#startSweeps(nowMs);
        const nextLookMs = this.#releaseLooks(nowMs);
        this.#alarm.set(Math.min(nextSweepMs, nextLookMs));
    }

    #releaseLooks(nowMs: number): number {
        const due: Due[] = [];
        let [nextMs, waiting] = [Infinity, 0];
        for (const [listing, members] of this.#byListing()) {
            const worthIt = listing?.worthIt(nowMs) ?? false;
            for (const member of members) {
                if (!member.waiting) {
                    continue;
                }
                waiting += 1;
                const covered = member.seen && worthIt;
                const atMs = member.dueAtMs(covered);
                if (atMs <= nowMs) {
                    due.push({ member, atMs, rank: rankOf(member, covered) });
                } else {
                    nextMs = Math.min(nextMs, atMs);
                }
            }
        }
        const released = this.#release(due, waiting);
        return released < due.length ? Math.min(nextMs, nowMs + AGAIN_MS) : nextMs;
    }

    /** Releases as many as there is room for; precautionary polls leave room for the ends of others. */
    #release(due: Due[], waiting: number): number {
        if (due.length === 0) {
            return 0;
        }
        due.sort((one, other) => one.rank - other.rank || one.atMs - other.atMs);
        const room = this.#room();
        let released = 0;
        for (const { member, rank } of due) {
            if (released >= (rank === PRECAUTION ? room - waiting : room)) {
                break;
            }
            member.release();
            released += 1;
        }
        return released;
    }

    *#byListing(): Iterable<readonly [Listing | null, Iterable<Member>]> {
        yield [null, this.#unlisted];
        for (const listing of this.#listings.values()) {
            yield [listing, listing.members];
        }
    }

    #startSweeps(nowMs: number): number {
        let nextMs = Infinity;
        for (const [name, listing] of this.#listings) {
            if (listing.sweeping) {
                continue;
            }
            if (!listing.worthIt(nowMs)) {
                listing.giveUpProofs();
                continue;
            }
            const dueAtMs = listing.dueAtMs(nowMs, this.#room(), this.#hazard);
            if (dueAtMs <= nowMs) {
                void this.#sweep(name, listing);
            } else {
                nextMs = Math.min(nextMs, dueAtMs);
            }
        }
        return nextMs;
    }

    async #sweep(name: string, listing: Listing): Promise<void> {
        listing.sweeping = true;
        const askedAtMs = this.#clock.monotonicMs();
        const proofs = [...listing.proofs];
        const { signal } = this.#sweeps;
        try {
            const sweep = await this.#readList?.(name, signal);
            if (sweep !== undefined) {
                listing.swept(sweep, askedAtMs, proofs);
            }
        } catch {
            // A list is only a hint: without it, every Droplet is polled individually.
            listing.failed(this.#clock.monotonicMs());
        }
        listing.sweeping = false;
        this.#tick();
    }
}

interface Due {
    readonly member: Member;
    readonly atMs: number;
    readonly rank: number;
}

/** A poll of a Droplet that its list still shows: it would only detect a failed destroy. */
const PRECAUTION = 2;

/** What is almost certain goes first. */
function rankOf(member: Member, covered: boolean): number {
    if (member.goneSinceMs !== null) {
        return 0;
    }
    return covered ? PRECAUTION : 1;
}
