import type { Settings } from "../settings.js";
import { tooManyRequests } from "./reply.js";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Sliding windows of an hour and a minute, for each token. A refused request is not counted. */
export class RateLimits {
    readonly #windows = new Map<string, { readonly hour: Window; readonly minute: Window }>();

    /** Counts a request and returns the headers of its answer; throws 429 with the same headers. */
    take(token: string, nowMs: number, settings: Settings): Record<string, string> {
        const { hour, minute } = this.#of(token);
        hour.forget(nowMs);
        minute.forget(nowMs);
        const spent = hour.count >= settings.hourlyLimit;
        const burst = minute.count >= settings.minuteLimit;
        if (!spent && !burst) {
            hour.add(nowMs);
            minute.add(nowMs);
        }
        const headers = {
            "ratelimit-limit": String(settings.hourlyLimit),
            "ratelimit-remaining": String(spent || burst ? 0 : settings.hourlyLimit - hour.count),
            "ratelimit-reset": String(Math.ceil(hour.resetMs(nowMs) / 1_000)),
        };
        if (spent || burst) {
            const retryAfterS = spent ? null : Math.ceil((minute.resetMs(nowMs) - nowMs) / 1_000);
            const refusal = tooManyRequests(retryAfterS);
            throw Object.assign(refusal, { headers: { ...headers, ...refusal.headers } });
        }
        return headers;
    }

    #of(token: string): { readonly hour: Window; readonly minute: Window } {
        const known = this.#windows.get(token);
        if (known !== undefined) {
            return known;
        }
        const windows = { hour: new Window(HOUR_MS), minute: new Window(MINUTE_MS) };
        this.#windows.set(token, windows);
        return windows;
    }
}

class Window {
    readonly #lengthMs: number;
    #times: number[] = [];
    #head = 0;

    constructor(lengthMs: number) {
        this.#lengthMs = lengthMs;
    }

    get count(): number {
        return this.#times.length - this.#head;
    }

    add(nowMs: number): void {
        this.#times.push(nowMs);
    }

    forget(nowMs: number): void {
        while (this.#head < this.#times.length && (this.#times[this.#head] ?? 0) <= nowMs - this.#lengthMs) {
            this.#head++;
        }
        if (this.#head > 10_000) {
            this.#times = this.#times.slice(this.#head);
            this.#head = 0;
        }
    }

    /** When the oldest request leaves the window. */
    resetMs(nowMs: number): number {
        return (this.#times[this.#head] ?? nowMs) + this.#lengthMs;
    }
}
