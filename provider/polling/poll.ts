import {
    firstTime,
    type Hazard,
    type Left,
    maxIntervalMs,
    type PollHistory,
    nextPollAtMs,
    REQUEST_WORTH_MS,
    unnoticedMs,
} from "./interval.js";

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

    /** Releases the poll, or after an abort, only forgets it. */
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
