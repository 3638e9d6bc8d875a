import type { Clock } from "./clock.js";

/** Rings once, at the monotonic time that it was last set to. */
export class Alarm {
    readonly #clock: Clock;
    readonly #ring: () => void;
    #timer: { readonly atMs: number; readonly stop: AbortController } | null = null;

    constructor(clock: Clock, ring: () => void) {
        this.#clock = clock;
        this.#ring = ring;
    }

    /** @param atMs monotonic milliseconds; Infinity: never */
    set(atMs: number): void {
        if (this.#timer?.atMs === atMs) {
            return;
        }
        this.#timer?.stop.abort();
        this.#timer = null;
        if (atMs === Infinity) {
            return;
        }
        const timer = { atMs, stop: new AbortController() };
        this.#timer = timer;
        const ring = (): void => {
            // Ignore a timer that was replaced while it fired.
            if (this.#timer === timer) {
                this.#timer = null;
                this.#ring();
            }
        };
        this.#clock.sleep(atMs - this.#clock.monotonicMs(), timer.stop.signal).then(ring, () => undefined);
    }
}
