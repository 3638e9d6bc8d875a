import { formatDuration, printable } from "./format.js";

/** Base of every error that this package throws on purpose. Its message is for people. */
export class TeardownError extends Error {
    constructor(message: string, options?: ErrorOptions) {
        super(message, options);
        this.name = new.target.name;
    }
}

/** DigitalOcean answered with an error that a retry would not fix. */
export class ApiError extends TeardownError {
    constructor(
        message: string,
        /** HTTP status of the answer. */
        readonly status: number,
        /** The `request_id` of the body, else the `x-request-id` header. */
        readonly requestId: string | null,
        options?: ErrorOptions,
    ) {
        super(message, options);
    }
}

/** 401: the token is invalid or expired. */
export class AuthenticationError extends ApiError {}

/** 403: the token lacks a scope. */
export class ForbiddenError extends ApiError {}

/** A success whose body is not what the API declares, and so says nothing. */
export class MalformedAnswerError extends ApiError {}

/** No usable answer after all retries. */
export class UnreachableError extends TeardownError {}

/** A list changed during each of several reads, so it may lack something. */
export class UnsettledListError extends UnreachableError {}

/** A guard, the policy or bad input forbids the next step. The message says whether anything was destroyed before. */
export class RefusedError extends TeardownError {}

/** The token is of another team than the one that was recorded. */
export class OtherTeamError extends RefusedError {}

/** The token cannot read something that the next step depends on. */
export class MissingScopeError extends RefusedError {}

/** Nothing was destroyed, or nothing more, because the Droplet does not carry the tag that its teardown requires. */
export class MissingTagError extends RefusedError {
    constructor(
        readonly tag: string,
        /** Whether something was destroyed before. */
        begun = false,
    ) {
        super(
            `nothing ${begun ? "more " : ""}was destroyed, because the droplet does not carry the tag ${printable(tag)} that this teardown requires`,
        );
    }
}

/** A Droplet carries the tag of a teardown, and no list shows which: deleting the tag would lose it. */
export class UnlistedError extends RefusedError {}

/** The state of something that the next step depends on is currently unknown. */
export class UnreadableError extends RefusedError {}

/** Nothing was changed, or nothing more, because the final snapshot could not be taken. */
export class FinalSnapshotError extends RefusedError {
    constructor(
        message: string,
        /** The suffix of its name. */
        readonly suffix: string,
        options?: ErrorOptions,
    ) {
        super(message, options);
    }
}

/** A request was not sent, because the data it depends on was read before a wait. */
export class StaleError extends TeardownError {}

/** A teardown timed out; a running destroy continues at DigitalOcean. */
export class DeadlineError extends TeardownError {
    /** @param reason what prevented completion, if known */
    constructor(
        readonly timeoutMs: number,
        reason: string | null = null,
    ) {
        super(`${reason === null ? "" : `${reason}; `}not finished after ${formatDuration(timeoutMs)}`);
    }
}

/** Nobody waits for the teardown: it was canceled, or its caller is gone. */
export class AbandonedError extends TeardownError {}

/** Whether an error ended only the wait, not the destroy. */
export function isInterruption(error: unknown): boolean {
    return error instanceof DeadlineError || error instanceof AbandonedError;
}

/** Pause before what could not be used is read again. */
export const NO_NEWS_PAUSE_MS = 5_000;

/** Whether a read yielded no information, so that another read may help. */
export function isNoNews(error: unknown): boolean {
    return error instanceof UnreachableError || error instanceof MalformedAnswerError;
}

/** What an error of a kind is worth; any other is thrown. */
export function knownOr<E extends Error, T>(
    thrown: unknown,
    kind: abstract new (...args: never[]) => E,
    worth: (error: E) => T,
): T {
    if (thrown instanceof kind) {
        return worth(thrown);
    }
    throw thrown;
}

/** Null: the token lacks the scope. */
export async function unlessForbidden<T>(work: Promise<T>): Promise<T | null> {
    try {
        return await work;
    } catch (thrown) {
        return knownOr(thrown, ForbiddenError, () => null);
    }
}
