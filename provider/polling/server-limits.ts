import type { RateAnswer } from "./admission.js";
import { MINUTE_MS } from "./sliding-window.js";

/** The hourly limit is a sliding window, so nothing takes longer than that to become available. */
const MAX_WAIT_MS = 3_600_000 + 1_000;
/** Pause after a refusal, and between requests that probe whether the hour is open again. */
const PROBE_EVERY_MS = 5_000;
const MIN_WAIT_MS = 1_000;

interface ServerLimitsOptions {
    readonly perMinute: number;
    readonly guardMs: number;
    readonly hourlyReserve: number;
}

/** What the API's answers say about the budget, including other users of the token. */
export function createServerLimits({ perMinute, guardMs, hourlyReserve }: ServerLimitsOptions) {
    /** After a refusal, nothing is sent before this time. */
    let blockedUntilMs = -Infinity;
    /** After a refusal, the queue is not released all at once. */
    let pacedUntilMs = -Infinity;
    let nextPacedMs = -Infinity;
    /** Set while the hour is nearly used up: when the next single request may be sent. */
    let hourOpensAtMs: number | null = null;

    function refused(answer: RateAnswer, nowMs: number): void {
        const untilMs = nowMs + refusalMs(answer, guardMs);
        blockedUntilMs = Math.max(blockedUntilMs, untilMs);
        pacedUntilMs = blockedUntilMs + MINUTE_MS;
        if (answer.retryAfterMs === null) {
            hourOpensAtMs = untilMs;
        }
    }

    function answered({ remaining, resetInMs }: RateAnswer, nowMs: number): void {
        if (remaining === null || resetInMs === null) {
            return;
        }
        if (remaining > hourlyReserve) {
            hourOpensAtMs = null;
            return;
        }
        // A sudden 0 may be the minute's, which ends soon; the next answer tells.
        const certain = remaining > 0 || hourOpensAtMs !== null;
        const waitMs = bounded(resetInMs + guardMs, 0);
        hourOpensAtMs = nowMs + (certain ? waitMs : Math.min(waitMs, MINUTE_MS + guardMs));
    }

    return {
        observe(answer: RateAnswer, nowMs: number): void {
            if (answer.status === 429) {
                refused(answer, nowMs);
            } else {
                answered(answer, nowMs);
            }
        },
        /** The earliest time, in monotonic milliseconds, to send another request. */
        opensAtMs(nowMs: number): number {
            const pacedMs = nowMs < pacedUntilMs ? nextPacedMs : nowMs;
            return Math.max(blockedUntilMs, hourOpensAtMs ?? nowMs, pacedMs, nowMs);
        },
        admitted(nowMs: number, count: number): void {
            nextPacedMs = nowMs + (count * MINUTE_MS) / perMinute;
            if (hourOpensAtMs !== null) {
                hourOpensAtMs = nowMs + PROBE_EVERY_MS;
            }
        },
    };
}

/** A refusal by the minute says how long to wait, one by the hour has only the reset, and both may be missing. */
function refusalMs({ retryAfterMs, resetInMs }: RateAnswer, guardMs: number): number {
    if (retryAfterMs !== null) {
        return bounded(retryAfterMs, MIN_WAIT_MS);
    }
    return resetInMs === null ? MINUTE_MS + guardMs : bounded(resetInMs + guardMs, PROBE_EVERY_MS);
}

function bounded(ms: number, shortestMs: number): number {
    return Number.isNaN(ms) ? MINUTE_MS : Math.min(Math.max(ms, shortestMs), MAX_WAIT_MS);
}
