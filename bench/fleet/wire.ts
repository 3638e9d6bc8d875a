import { decideRetry } from "../../provider/digitalocean/retry-policy.js";
import type { RateBudget, Urgency } from "../../provider/polling/budget.js";
import type { Clock } from "../../provider/polling/clock.js";
import { UnreachableError } from "../../provider/teardown/errors.js";
import type { Random } from "../random.js";
import { drawRoundTripMs } from "../workload.js";
import type { TokenLimits } from "./token-limits.js";

/** What was sent over one wire. */
export interface Sent {
    requests: number;
    refused: number;
}

/** A way to the API with the package's own retry policy, in virtual time: what the HTTP adapter does, less HTTP. */
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
        for (let attempt = 1; ; attempt += 1) {
            await budget.admit(signal, urgency);
            this.sent.requests += 1;
            const roundTripMs = drawRoundTripMs(this.#random);
            await this.#clock.sleep(roundTripMs / 2);
            const rate = this.#limits.take(this.#clock.now());
            const seen = rate.status === 429 ? null : { value: look() };
            await this.#clock.sleep(roundTripMs / 2);
            budget.observe(rate);
            if (seen !== null) {
                return seen.value;
            }
            this.sent.refused += 1;
            const failure = { kind: "status", ...rate } as const;
            const nowMs = this.#clock.now();
            const next = decideRetry({ repeatable: true, attempt, failure, nowMs, random: this.#random() });
            if (next.kind === "stop") {
                throw new UnreachableError("refused again and again");
            }
            await this.#clock.sleep(next.delayMs, signal);
        }
    }
}
