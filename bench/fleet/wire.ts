import type { RateBudget, Urgency } from "../../provider/polling/budget.js";
import type { Clock } from "../../provider/polling/clock.js";
import type { Random } from "../random.js";
import { drawRoundTripMs } from "../workload.js";
import type { TokenLimits } from "./token-limits.js";

/** What was sent over one wire. */
export interface Sent {
    requests: number;
    refused: number;
}

/** A way to the API in virtual time: what the HTTP adapter does, less HTTP. */
export class Wire {
    readonly sent: Sent = { requests: 0, refused: 0 };
    readonly #clock: Clock;
    readonly #limits: TokenLimits;
    readonly #random: Random;

    constructor(clock: Clock, limits: TokenLimits, random: Random) {
        this.#clock = clock;
        this.#limits = limits;
        this.#random = random;
    }

    /** One request, repeated while it is refused. The server looks when half of the round trip is over. */
    async request<T>(budget: RateBudget, urgency: Urgency, look: () => T, signal?: AbortSignal): Promise<T> {
        for (;;) {
            await budget.admit(signal, urgency);
            this.sent.requests += 1;
            const roundTripMs = drawRoundTripMs(this.#random);
            await this.#clock.sleep(roundTripMs / 2);
            const rate = this.#limits.take(this.#clock.monotonicMs());
            const seen = rate.status === 429 ? null : { value: look() };
            await this.#clock.sleep(roundTripMs / 2);
            budget.observe(rate);
            if (seen !== null) {
                return seen.value;
            }
            // The budget alone waits for the end of a refusal.
            this.sent.refused += 1;
        }
    }
}
