import { STATUS_CODES } from "node:http";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    MalformedAnswerError,
    UnreachableError,
    type TeardownError,
} from "../teardown/errors.js";
import type { SubmitOutcome } from "../teardown/ports.js";
import type { Answer, NoAnswer, Request } from "./exchange.js";
import { excerpt, isJsonObject } from "./fields.js";
import { failureOf, type SendResult } from "./send.js";

const MAX_EXCERPT = 200;

/** The error for an answer; its message is `GET /v2/…: 403 Forbidden … (request …)`. */
function apiError(request: Request, answer: Answer): ApiError {
    const ErrorClass = errorClass(answer.status);
    const message = line(request, answer, messageOf(answer));
    const remark = ErrorClass === ForbiddenError ? "; the token may lack a scope" : "";
    return new ErrorClass(message + remark, answer.status, answer.requestId);
}

/** A success that cannot be parsed, for the given reason. */
export function malformed(request: Request, answer: Answer, reason: string): MalformedAnswerError {
    return new MalformedAnswerError(line(request, answer, reason), answer.status, answer.requestId);
}

function line({ method, path }: Request, answer: Answer, text: string): string {
    const id = answer.requestId === null ? "" : ` (request ${answer.requestId})`;
    return `${method} ${path}: ${answer.status} ${text}${id}`;
}

function errorClass(status: number): typeof ApiError {
    switch (status) {
        case 401:
            return AuthenticationError;
        case 403:
            return ForbiddenError;
        default:
            return ApiError;
    }
}

/** All retries failed, or the answer is an error that a retry would not fix. */
export function failure(request: Request, { reply, tries }: SendResult): TeardownError {
    if (failureOf(reply) === null && reply.kind === "answer") {
        return apiError(request, reply);
    }
    const last = reply.kind === "none" ? reply.reason : `${reply.status} ${messageOf(reply)}`;
    return new UnreachableError(
        `${request.method} ${request.path}: no usable answer after ${count(tries)}; the last: ${last}`,
        { cause: reply.kind === "none" ? reply.cause : apiError(request, reply) },
    );
}

function count(tries: number): string {
    return tries === 1 ? "1 try" : `${tries} tries`;
}

/**
 * The result of a change; throws errors that certainly had no effect.
 * @param isDone whether a success of this status is what the API declares
 */
export function submitOutcome(
    request: Request,
    sent: SendResult,
    isDone: (status: number) => boolean,
): SubmitOutcome {
    const { reply } = sent;
    if (reply.kind === "none" || isInconclusive(reply.status)) {
        return { kind: "lost", message: lostText(request, reply) };
    }
    if (isSuccess(reply)) {
        return isDone(reply.status)
            ? { kind: "accepted" }
            : { kind: "lost", message: lostText(request, reply) };
    }
    const kind = isNotFound(reply) ? "gone" : REFUSALS.get(reply.status);
    if (kind === undefined) {
        throw failure(request, sent);
    }
    return { kind, message: apiError(request, reply).message };
}

/** Answers to a change that had no effect and are not final. */
const REFUSALS: ReadonlyMap<number, "conflict" | "busy" | "limited"> = new Map([
    [409, "conflict"],
    [422, "busy"],
    [429, "limited"],
]);

/** The server gave up during the change, which may have taken effect. */
function isInconclusive(status: number): boolean {
    return status === 408 || status >= 500;
}

export function isSuccess({ status }: Answer): boolean {
    return status >= 200 && status <= 299;
}

function lostText(request: Request, reply: Answer | NoAnswer): string {
    return reply.kind === "none"
        ? `${request.method} ${request.path}: ${reply.reason}`
        : apiError(request, reply).message;
}

/**
 * Whether a 404 comes from the API itself. The error page of a gateway or a mistyped endpoint must never mean that
 * a Droplet is gone.
 */
export function isNotFound(answer: Answer): boolean {
    return answer.status === 404 && (answer.text.trim() === "" || isJsonObject(answer.json));
}

/** The API's own message, else the start of the body, else the status text; one line. */
function messageOf(answer: Answer): string {
    if (answer.status >= 300 && answer.status <= 399) {
        return answer.redact(redirectText(answer));
    }
    const message = isJsonObject(answer.json) ? answer.json.message : undefined;
    const text = typeof message === "string" && message.trim() !== "" ? message : answer.text;
    return quote(answer, text) || (STATUS_CODES[answer.status] ?? "no message");
}

/** The start of an answer's text, redacted first: a secret cut in two would not be recognized. */
export function quote(answer: Answer, text: string): string {
    return excerpt(answer.redact(text), MAX_EXCERPT);
}

/** The host only: the rest of a URL may contain secrets. */
function redirectText({ location }: Answer): string {
    const to = location !== null && URL.canParse(location) ? new URL(location).host : "an unknown host";
    return `redirects are refused (to ${to})`;
}
