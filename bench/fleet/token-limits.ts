import type { RateAnswer } from "../../provider/polling/budget.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What DigitalOcean allows one token: 250 requests in any minute, 5,000 in any hour. A refusal is not counted. */
export class TokenLimits {
    /** All requests that were refused, whoever sent them. */
    refused = 0;
    /** Requests that were counted, oldest first. */
    #times: number[] = [];
    #hourFrom = 0;
    #minuteFrom = 0;

    /** What the API says to a request that arrives now. */
    take(nowMs: number): RateAnswer {
        while ((this.#times[this.#hourFrom] ?? Infinity) <= nowMs - HOUR_MS) {
            this.#hourFrom += 1;
        }
        while ((this.#times[this.#minuteFrom] ?? Infinity) <= nowMs - MINUTE_MS) {
            this.#minuteFrom += 1;
        }
        const hourLeft = 5_000 - (this.#times.length - this.#hourFrom);
        const minuteLeft = 250 - (this.#times.length - this.#minuteFrom);
        const opensAtMs = (this.#times[this.#hourFrom] ?? nowMs) + HOUR_MS;
        const resetInMs = Math.ceil((opensAtMs - nowMs) / 1_000) * 1_000;
        if (hourLeft <= 0 || minuteLeft <= 0) {
            this.refused += 1;
            const opensInMs = (this.#times[this.#minuteFrom] ?? nowMs) + MINUTE_MS - nowMs;
            const retryAfterMs = hourLeft <= 0 ? null : Math.ceil(opensInMs / 1_000) * 1_000;
            return { status: 429, remaining: 0, resetInMs, retryAfterMs };
        }
        this.#times.push(nowMs);
        return { status: 200, remaining: hourLeft - 1, resetInMs, retryAfterMs: null };
    }
}
