import { HOUR_MS, MINUTE_MS, SlidingWindow } from "./sliding-window.js";

/** Requests sent, and requests reserved by a group: a reservation counts as sent. */
export class Usage {
    readonly minute: SlidingWindow;
    readonly hour: SlidingWindow;
    #underWay = 0;
    #reserved = 0;

    constructor(guardMs: number) {
        this.minute = new SlidingWindow({ spanMs: MINUTE_MS, guardMs });
        this.hour = new SlidingWindow({ spanMs: HOUR_MS, guardMs });
    }

    /** Requests in flight; a group counts as one until its first request is answered. */
    get underWay(): number {
        return this.#underWay;
    }

    /** What the API has not counted yet, at most. */
    get uncounted(): number {
        return this.#underWay + this.#reserved;
    }

    admitted(nowMs: number, count: number): void {
        for (const window of [this.minute, this.hour]) {
            window.admitted(nowMs, count);
        }
        this.#underWay += 1;
        this.#reserved += count - 1;
    }

    /** @param counted false: the API does not count it */
    ended(nowMs: number, counted: boolean): void {
        this.#underWay = Math.max(this.#underWay - 1, 0);
        this.#forget(nowMs, counted, 1);
    }

    /** A reservation is as old as its group; it is replaced by a current entry when its request is sent. */
    reservedSent(nowMs: number, isFirst: boolean): void {
        this.#forget(nowMs, false, 1);
        for (const window of [this.minute, this.hour]) {
            window.admitted(nowMs, 1);
        }
        this.#underWay += isFirst ? 0 : 1;
        this.#reserved -= isFirst ? 0 : 1;
    }

    /** @param noneSent none of the group was used */
    reservedGivenBack(nowMs: number, count: number, noneSent: boolean): void {
        this.#forget(nowMs, false, count);
        this.#underWay -= noneSent ? 1 : 0;
        this.#reserved -= noneSent ? count - 1 : count;
    }

    #forget(nowMs: number, counted: boolean, count: number): void {
        for (let left = count; left > 0; left -= 1) {
            this.minute.ended(nowMs, counted);
            this.hour.ended(nowMs, counted);
        }
    }
}
