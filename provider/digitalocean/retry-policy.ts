/** Tries of one request, the first included. */
export const MOST_TRIES = 5;

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;

/** Spreads those who were all told to come back at the same moment. */
const JITTER_MS = 1_000;

/** After what a request may be sent again. */
export type Repeat =
    /** Anything: it changes nothing. */
    | "any-failure"
    /** Only what certainly had no effect, which it would otherwise have twice. */
    | "no-effect"
    /** Nothing: what it rests on would be out of date. */
    | "nothing";

/** How a try failed. */
export type Failure =
    /** No complete answer: refused, reset, timed out. */
    | { readonly kind: "connection" }
    /** 429: turned away before anything happened. */
    | { readonly kind: "limited" }
    /** 408 or 5xx: what became of the request is not known. */
    | { readonly kind: "fault"; readonly retryAfterMs: number | null };

export interface FailedTry {
    readonly repeat: Repeat;
    /** 1 for the first try; one that was limited is none. */
    readonly attempt: number;
    readonly failure: Failure;
    /** Uniform in [0, 1). */
    readonly random: number;
}

export type RetryDecision =
    | { readonly kind: "retry"; readonly delayMs: number }
    /** Ask for admission again: the rate budget knows of the refusal, and it alone waits for its end. */
    | { readonly kind: "readmit" }
    | { readonly kind: "stop" };

/** Whether and when to try again. Pure: chance is an argument. */
export function decideRetry({ repeat, attempt, failure, random }: FailedTry): RetryDecision {
    if (failure.kind === "limited") {
        return { kind: repeat === "nothing" ? "stop" : "readmit" };
    }
    if (repeat !== "any-failure" || attempt >= MOST_TRIES) {
        return { kind: "stop" };
    }
    const askedMs = failure.kind === "fault" ? failure.retryAfterMs : null;
    return {
        kind: "retry",
        delayMs: askedMs === null ? backoffMs(attempt, random) : askedMs + random * JITTER_MS,
    };
}

/** What another try might cure in an answer, or null. */
export function failureOfStatus(status: number, retryAfterMs: number | null): Failure | null {
    if (status === 429) {
        return { kind: "limited" };
    }
    return isServerFault(status) ? { kind: "fault", retryAfterMs } : null;
}

/** Doubles with every try; between half and all of it, by chance. */
function backoffMs(attempt: number, random: number): number {
    const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
    return (fullMs * (1 + random)) / 2;
}

/** 501 is left out: what is not implemented will not be a second later. */
function isServerFault(status: number): boolean {
    return status === 408 || (status >= 500 && status !== 501);
}
