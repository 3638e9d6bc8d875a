import { formatDuration, printable } from "./format.js";

/** What went wrong, for programs and for `docs/errors.md`, which has a section for each. Stable. */
export type ErrorCode =
    | "api-error"
    | "droplet-not-found"
    | "failed"
    | "file-unusable"
    | "final-snapshot"
    | "interrupted"
    | "invalid-input"
    | "keep-unmatched"
    | "malformed-answer"
    | "needs-decision"
    | "no-token"
    | "not-approved"
    | "not-confirmed"
    | "not-destroyed"
    | "not-expired"
    | "not-tagged"
    | "plan-unusable"
    | "prevented"
    | "refused"
    | "scope-missing"
    | "stack-lives"
    | "tags-left"
    | "team-unknown"
    | "timeout"
    | "token-rejected"
    | "unlisted"
    | "unreachable"
    | "unreadable"
    | "usage"
    | "wrong-team";

interface TeardownErrorOptions extends ErrorOptions {
    /** Instead of the code of the class. */
    readonly code?: ErrorCode;
}

/** Base of every error that this package throws on purpose. Its message is for people. */
export class TeardownError extends Error {
    protected static readonly code: ErrorCode = "failed";
    readonly code: ErrorCode;

    constructor(message: string, options?: TeardownErrorOptions) {
        super(message, options);
        this.name = new.target.name;
        this.code = options?.code ?? new.target.code;
    }
}

/** Of a defect it is "failed". */
export function getErrorCode(error: unknown): ErrorCode {
    return error instanceof TeardownError ? error.code : "failed";
}

/** What whatever was thrown says. */
export function messageOf(thrown: unknown): string {
    return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The last line of a message. */
export function codeLine(...codes: readonly ErrorCode[]): string {
    return `Code: ${[...new Set(codes)].join(", ")}`;
}

/** DigitalOcean answered with an error that a retry would not fix. */
export class ApiError extends TeardownError {
    protected static override readonly code: ErrorCode = "api-error";

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
export class AuthenticationError extends ApiError {
    protected static override readonly code: ErrorCode = "token-rejected";
}

/** 403: the token lacks a scope. */
export class ForbiddenError extends ApiError {
    protected static override readonly code: ErrorCode = "scope-missing";
}

/** A success whose body is not what the API declares, and so says nothing. */
export class MalformedAnswerError extends ApiError {
    protected static override readonly code: ErrorCode = "malformed-answer";
}

/** No usable answer after all retries. */
export class UnreachableError extends TeardownError {
    protected static override readonly code: ErrorCode = "unreachable";
}

/** A list changed during each of several reads, so it may lack something. */
export class UnsettledListError extends UnreachableError {}

/** A guard, the policy or bad input forbids the next step. The message says whether anything was destroyed before. */
export class RefusedError extends TeardownError {
    /** @param code what kind of refusal it is */
    constructor(message: string, code: ErrorCode = "refused", options?: ErrorOptions) {
        super(message, { ...options, code });
    }
}

/** The token is another team's, or may be: such a token sees nothing of the Droplet. */
export class OtherTeamError extends RefusedError {}

/** Of a Droplet whose destroy somebody has requested already. */
export const UNSTOPPABLE = "its destroy is already running at DigitalOcean, and nothing can stop it";

/** Nothing was destroyed, or nothing more, because the Droplet does not carry the tag that its teardown requires. */
export class MissingTagError extends RefusedError {
    constructor(
        readonly tag: string,
        /** Whether something was destroyed before. */
        begun = false,
        /** Whether the Droplet's destroy is running. */
        isRunning = false,
    ) {
        super(
            `nothing ${begun ? "more " : ""}was destroyed, because the droplet does not carry the tag ${printable(tag)} that this teardown requires` +
                (isRunning ? `; ${UNSTOPPABLE}` : ""),
            "not-tagged",
        );
    }
}

/** Nothing was changed, or nothing more, because the final snapshot could not be taken. */
export class FinalSnapshotError extends RefusedError {
    constructor(
        message: string,
        /** The suffix of its name. */
        readonly suffix: string,
        options?: ErrorOptions,
    ) {
        super(message, "final-snapshot", options);
    }
}

/** A request was not sent, because the data it depends on was read before a wait. */
export class StaleError extends TeardownError {}

/** A teardown timed out; a running destroy continues at DigitalOcean. */
export class DeadlineError extends TeardownError {
    protected static override readonly code: ErrorCode = "timeout";

    /** @param reason what prevented completion, if known */
    constructor(
        readonly timeoutMs: number,
        reason: string | null = null,
    ) {
        super(`${reason === null ? "" : `${reason}; `}not finished after ${formatDuration(timeoutMs)}`);
    }
}

/** Nobody waits for the teardown: it was canceled, or its caller is gone. */
export class AbandonedError extends TeardownError {
    protected static override readonly code: ErrorCode = "interrupted";
}

/** Whether an error ended only the wait, not the destroy. */
export function isInterruption(error: unknown): boolean {
    return error instanceof DeadlineError || error instanceof AbandonedError;
}

/** Pause before what could not be used is read again. */
export const NO_NEWS_PAUSE_MS = 5_000;

/** Whether a read yielded no information, so that another read may help. */
export function isNoNews(error: unknown): error is UnreachableError | MalformedAnswerError {
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
export function unlessForbidden<T>(work: Promise<T>): Promise<T | null> {
    return work.catch((thrown: unknown) => knownOr(thrown, ForbiddenError, () => null));
}
