import { LONGEST_WAIT_MS } from "./rate-headers.js";

/** Tries of one request, the first included. */
export const MOST_TRIES = 5;

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;

/** Spreads those who were all told to come back at the same moment. */
const JITTER_MS = 1_000;

/** How a try failed. */
export type Failure =
    /** No complete answer: refused, reset, timed out. */
    | { readonly kind: "connection" }
    | {
          readonly kind: "status";
          readonly status: number;
          readonly retryAfterMs: number | null;
          readonly resetAtMs: number | null;
      };

export interface FailedTry {
    /** False: a repeat could take effect twice, so only what certainly had no effect is repeated. */
    readonly repeatable: boolean;
    /** 1 for the first try. */
    readonly attempt: number;
    readonly failure: Failure;
    readonly nowMs: number;
    /** Uniform in [0, 1). */
    readonly random: number;
}

export type RetryDecision = { readonly kind: "retry"; readonly delayMs: number } | { readonly kind: "stop" };

const STOP: RetryDecision = { kind: "stop" };

/** Whether and when to try again. Pure: time and chance are arguments. */
export function decideRetry(failed: FailedTry): RetryDecision {
    if (failed.attempt >= MOST_TRIES || !isWorthRetrying(failed)) {
        return STOP;
    }
    return { kind: "retry", delayMs: serverDelayMs(failed) ?? backoffMs(failed) };
}

/** A 429 was turned away before anything happened, so any request may be repeated after it. */
function isWorthRetrying({ failure, repeatable }: FailedTry): boolean {
    switch (failure.kind) {
        case "connection":
            return repeatable;
        case "status":
            return isRateLimit(failure.status) || (repeatable && isServerFault(failure.status));
        default:
            return failure satisfies never;
    }
}

/** What the server asks for, in full; only a rate limit also waits for the window to open. */
function serverDelayMs({ failure, nowMs, random }: FailedTry): number | null {
    if (failure.kind === "connection") {
        return null;
    }
    const untilResetMs =
        isRateLimit(failure.status) && failure.resetAtMs !== null ? failure.resetAtMs - nowMs : 0;
    const askedMs = failure.retryAfterMs ?? (untilResetMs > 0 ? untilResetMs : null);
    return askedMs === null ? null : Math.min(askedMs, LONGEST_WAIT_MS) + random * JITTER_MS;
}

/** Doubles with every try; between half and all of it, by chance. */
function backoffMs({ attempt, random }: FailedTry): number {
    const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
    return (fullMs * (1 + random)) / 2;
}

export function isRateLimit(status: number): boolean {
    return status === 429;
}

/** 501 is left out: what is not implemented will not be a second later. */
export function isServerFault(status: number): boolean {
    return status >= 500 && status !== 501;
}
