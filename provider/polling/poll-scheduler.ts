import { setMaxListeners } from "node:events";

import { Alarm, type Clock } from "./clock.js";
import {
    Hazard,
    type Left,
    ListPoll,
    type OpenPoller,
    Poll,
    type PollHistory,
    type ProofWaiter,
    type ReadList,
} from "./poll.js";

interface PollSchedulerOptions {
    readonly clock: Clock;
    /** How many polls would be admitted now. */
    readonly room: () => number;
    readonly readList: ReadList;
    /** Pages of a list of several pages to read a minute however few requests are left. */
    readonly minPagesPerMinute: number;
}

/** Maximum wait before trying again if something is due and there is no room. */
const AGAIN_MS = 500;

/**
 * Chooses what to poll next, for all teardowns that share a token: first Droplets that a list shows to be gone,
 * then overdue polls, as far as the rate limiter has room. Reads lists that show many Droplets.
 */
export class PollScheduler {
    readonly #clock: Clock;
    readonly #room: () => number;
    readonly #readList: ReadList;
    readonly #minPagesPerMinute: number;
    readonly #hazard = new Hazard();
    /** Polls that no list shows. */
    readonly #unlisted = new Set<Poll>();
    readonly #lists = new Map<string, ListPoll>();
    #refreshes = controllerOfMany();
    readonly #alarm: Alarm;

    constructor({ clock, room, readList, minPagesPerMinute }: PollSchedulerOptions) {
        this.#minPagesPerMinute = minPagesPerMinute;
        this.#clock = clock;
        this.#alarm = new Alarm(clock, () => this.#tick());
        this.#room = room;
        this.#readList = readList;
    }

    /** Starts to watch a Droplet. Must be closed. */
    open(dropletId: number): OpenPoller {
        const poll = new Poll(dropletId);
        this.#unlisted.add(poll);
        return {
            get begun() {
                return poll.begun;
            },
            due: (history, left, signal) => this.#due(poll, history, left, signal),
            ended: (history) => poll.ended(history, this.#clock.monotonicMs(), this.#hazard),
            listedIn: (list, seen) => this.#join(poll, list, seen),
            absent: (signal) => this.#absent(poll, signal),
            close: () => this.#close(poll),
        };
    }

    #due(poll: Poll, history: PollHistory, left: Left, signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal.aborted) {
                reject(signal.reason as Error);
                return;
            }
            const abort = (): void => {
                poll.stopWaiting();
                reject(signal.reason as Error);
                this.#tick();
            };
            signal.addEventListener("abort", abort, { once: true });
            poll.wait(history, left, this.#hazard, () => {
                signal.removeEventListener("abort", abort);
                resolve();
            });
            this.#tick();
        });
    }

    #join(poll: Poll, name: string | null, seen: boolean): void {
        this.#leave(poll);
        poll.list = name;
        poll.seen = seen;
        if (poll.list === null) {
            this.#unlisted.add(poll);
        } else {
            const list = this.#lists.get(poll.list) ?? new ListPoll(this.#minPagesPerMinute);
            this.#lists.set(poll.list, list);
            list.polls.add(poll);
        }
    }

    #leave(poll: Poll): void {
        const list = this.#findList(poll);
        this.#unlisted.delete(poll);
        list?.polls.delete(poll);
        if (list?.polls.size === 0 && poll.list !== null) {
            this.#lists.delete(poll.list);
        }
    }

    #absent(poll: Poll, signal: AbortSignal): Promise<boolean | null> {
        const list = this.#findList(poll);
        if (signal.aborted || list === undefined || !poll.seen || !list.worthIt(this.#clock.monotonicMs())) {
            return Promise.resolve(null);
        }
        return new Promise((resolve, reject) => {
            const abort = (): void => {
                list.proofs.delete(proof);
                reject(signal.reason as Error);
            };
            const proof: ProofWaiter = {
                dropletId: poll.dropletId,
                sinceMs: this.#clock.monotonicMs(),
                missing: false,
                tell: (absent) => {
                    signal.removeEventListener("abort", abort);
                    resolve(absent);
                },
            };
            signal.addEventListener("abort", abort, { once: true });
            list.proofs.add(proof);
            this.#tick();
        });
    }

    #close(poll: Poll): void {
        this.#leave(poll);
        if (this.#unlisted.size === 0 && this.#lists.size === 0) {
            this.#refreshes.abort(new Error("nobody is watching any more"));
            this.#refreshes = controllerOfMany();
        }
        this.#tick();
    }

    #findList(poll: Poll): ListPoll | undefined {
        return poll.list === null ? undefined : this.#lists.get(poll.list);
    }

    /** Does what is due, and schedules itself for the next. */
    #tick(): void {
        const nowMs = this.#clock.monotonicMs();
        const nextRefreshMs = this.#startRefreshes(nowMs);
        const nextPollMs = this.#releasePolls(nowMs);
        this.#alarm.set(Math.min(nextRefreshMs, nextPollMs));
    }

    #releasePolls(nowMs: number): number {
        const due: Due[] = [];
        let [nextMs, waiting] = [Infinity, 0];
        for (const [list, polls] of this.#byList()) {
            const worthIt = list?.worthIt(nowMs) ?? false;
            for (const poll of polls) {
                if (!poll.waiting) {
                    continue;
                }
                waiting += 1;
                const covered = poll.seen && worthIt;
                const atMs = poll.dueAtMs(covered);
                if (atMs <= nowMs) {
                    due.push({ poll, atMs, rank: rankPoll(poll, covered) });
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
        for (const { poll, rank } of due) {
            if (released >= (rank === PRECAUTION ? room - waiting : room)) {
                break;
            }
            poll.release();
            released += 1;
        }
        return released;
    }

    *#byList(): Iterable<readonly [ListPoll | null, Iterable<Poll>]> {
        yield [null, this.#unlisted];
        for (const list of this.#lists.values()) {
            yield [list, list.polls];
        }
    }

    #startRefreshes(nowMs: number): number {
        let nextMs = Infinity;
        for (const [name, list] of this.#lists) {
            if (list.refreshing) {
                continue;
            }
            if (!list.worthIt(nowMs)) {
                list.giveUpProofs();
                continue;
            }
            const dueAtMs = list.dueAtMs(nowMs, this.#room(), this.#hazard);
            if (dueAtMs <= nowMs) {
                void this.#refresh(name, list);
            } else {
                nextMs = Math.min(nextMs, dueAtMs);
            }
        }
        return nextMs;
    }

    async #refresh(name: string, list: ListPoll): Promise<void> {
        list.refreshing = true;
        const askedAtMs = this.#clock.monotonicMs();
        const proofs = [...list.proofs];
        const { signal } = this.#refreshes;
        try {
            list.refreshed(await this.#readList(name, signal), askedAtMs, proofs);
        } catch {
            // A list is only a hint: without it, every Droplet is polled individually.
            list.failed(this.#clock.monotonicMs());
        }
        list.refreshing = false;
        this.#tick();
    }
}

interface Due {
    readonly poll: Poll;
    readonly atMs: number;
    readonly rank: number;
}

/** A poll of a Droplet that its list still shows: it would only detect a failed destroy. */
const PRECAUTION = 2;

/** What is almost certain goes first. */
function rankPoll(poll: Poll, covered: boolean): number {
    if (poll.goneSinceMs !== null) {
        return 0;
    }
    return covered ? PRECAUTION : 1;
}

/** Each page of a list in flight listens, and removes its listener. */
function controllerOfMany(): AbortController {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    return controller;
}
