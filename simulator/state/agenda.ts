import type { Clock } from "../clock.js";

interface Entry {
    readonly at: number;
    readonly order: number;
    readonly by: string;
    readonly work: () => void;
}

const PANEL = "panel";

/**
 * Scheduled events. Nothing runs by itself: callers call `catchUp` before they read the state, which runs all due
 * events in order, each at its own time.
 */
export class Agenda {
    readonly #clock: Clock;
    readonly #skewMs: () => number;
    /** The server's wall clock at 0; setting the caller's does not change it. */
    readonly #epochMs: number;
    #entries: Entry[] = [];
    #order = 0;
    #current: number | null = null;
    #by = PANEL;

    /** @param skewMs how far the server's time is ahead of the clock's */
    constructor(clock: Clock, skewMs: () => number = () => 0) {
        this.#clock = clock;
        this.#skewMs = skewMs;
        this.#epochMs = clock.now() - clock.monotonicMs();
    }

    /** The server's date: that of the current event, else now. */
    now(): number {
        return (this.#current ?? this.#timeMs()) + this.#skewMs();
    }

    /** Who causes events: a user agent, or "panel". */
    by(): string {
        return this.#by;
    }

    /** Runs `work` and the events that it schedules on somebody's behalf. */
    onBehalfOf<T>(by: string, work: () => T): T {
        const before = this.#by;
        this.#by = by;
        try {
            return work();
        } finally {
            this.#by = before;
        }
    }

    later(ms: number, work: () => void): void {
        const at = (this.#current ?? this.#timeMs()) + Math.max(ms, 0);
        const entry: Entry = { at, order: this.#order++, by: this.#by, work };
        let place = this.#entries.length;
        while (place > 0 && isAfter(this.#entries[place - 1], entry)) {
            place--;
        }
        this.#entries.splice(place, 0, entry);
    }

    catchUp(): void {
        const until = this.#timeMs();
        for (;;) {
            const [next] = this.#entries;
            if (next === undefined || next.at > until) {
                return;
            }
            this.#entries.shift();
            this.#current = next.at;
            try {
                this.onBehalfOf(next.by, next.work);
            } finally {
                this.#current = null;
            }
        }
    }

    #timeMs(): number {
        return this.#epochMs + this.#clock.monotonicMs();
    }
}

function isAfter(left: Entry | undefined, right: Entry): boolean {
    return left !== undefined && (left.at > right.at || (left.at === right.at && left.order > right.order));
}
