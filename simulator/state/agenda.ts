import type { Clock } from "../clock.js";

interface Entry {
    readonly at: number;
    readonly order: number;
    readonly by: string;
    readonly work: () => void;
}

const PANEL = "panel";

/**
 * What will happen later. Nothing here runs by itself: whoever is about to look at the state first calls
 * `catchUp`, and everything that was due happens then, in order, each at its own time.
 */
export class Agenda {
    readonly #clock: Clock;
    #entries: Entry[] = [];
    #order = 0;
    #current: number | null = null;
    #by = PANEL;

    constructor(clock: Clock) {
        this.#clock = clock;
    }

    /** The time of the event that is happening, else the clock's. */
    now(): number {
        return this.#current ?? this.#clock.now();
    }

    /** On whose behalf things happen: a user agent, or "panel". */
    by(): string {
        return this.#by;
    }

    /** Does `work` on somebody's behalf, and what it puts off as well. */
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
        const at = this.now() + Math.max(ms, 0);
        const entry: Entry = { at, order: this.#order++, by: this.#by, work };
        let place = this.#entries.length;
        while (place > 0 && isAfter(this.#entries[place - 1], entry)) {
            place--;
        }
        this.#entries.splice(place, 0, entry);
    }

    catchUp(): void {
        const until = this.#clock.now();
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
}

function isAfter(left: Entry | undefined, right: Entry): boolean {
    return left !== undefined && (left.at > right.at || (left.at === right.at && left.order > right.order));
}
