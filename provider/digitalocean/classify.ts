import { STATUS_CODES } from "node:http";
import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    UnreachableError,
    type TeardownError,
} from "../teardown/errors.js";
import type { SubmitOutcome } from "../teardown/ports.js";
import type { Answer, NoAnswer, Request } from "./exchange.js";
import { isJsonObject, parseJson } from "./json.js";
import { failureOf, type Sent } from "./send.js";
import { excerpt } from "./text.js";

const LONGEST_BODY_EXCERPT = 200;

/** The error that an answer stands for; its message is `GET /v2/…: 403 Forbidden … (request …)`. */
function apiError(request: Request, answer: Answer): ApiError {
    const isRedirect = answer.status >= 300 && answer.status < 400;
    return errorWith(request, answer, isRedirect ? redirectText(answer) : messageOf(answer));
}

/** An `ApiError` of the class that the status asks for, with a text of our own. */
export function errorWith(request: Request, answer: Answer, text: string, options?: ErrorOptions): ApiError {
    const id = answer.requestId === null ? "" : ` (request ${answer.requestId})`;
    const message = `${request.method} ${request.path}: ${answer.status} ${text}${id}`;
    const ErrorClass = errorClass(answer.status);
    return new ErrorClass(message, answer.status, answer.requestId, options);
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

/** Every try failed in a way that another try might have cured, or the answer is an error that none would. */
export function failure(request: Request, { reply, tries }: Sent): TeardownError {
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

/** What became of a destroy or a retry; throws what is an error and certainly had no effect. */
export function submitOutcome(request: Request, sent: Sent): SubmitOutcome {
    const { reply } = sent;
    if (reply.kind === "none" || isInconclusive(reply.status)) {
        return { kind: "lost", message: refusalText(request, reply) };
    }
    if (reply.status === 202) {
        return { kind: "accepted" };
    }
    const message = refusalText(request, reply);
    if (reply.status === 409) {
        return { kind: "conflict", message };
    }
    if (isNotFound(reply)) {
        return { kind: "gone", message };
    }
    if (reply.status === 429 || (reply.status === 422 && /pending event/i.test(messageOf(reply)))) {
        return { kind: "busy", message };
    }
    if (reply.status === 422) {
        return { kind: "rejected", error: apiError(request, reply) };
    }
    throw failure(request, sent);
}

/** A server fault, or a success that the API does not declare: a proxy's page, perhaps. */
function isInconclusive(status: number): boolean {
    return status >= 500 || (status >= 200 && status < 300 && status !== 202);
}

function refusalText(request: Request, reply: Answer | NoAnswer): string {
    return reply.kind === "none"
        ? `${request.method} ${request.path}: ${reply.reason}`
        : apiError(request, reply).message;
}

/**
 * A 404 of the API itself. A gateway's or a mistyped endpoint's page is not one: it must never be taken to
 * mean that a Droplet is gone.
 */
export function isNotFound(answer: Answer): boolean {
    return answer.status === 404 && (answer.text.trim() === "" || isJsonObject(parseJson(answer.text)));
}

/** The API's own message, else the beginning of the body, else the status in words; one line. */
function messageOf(answer: Answer): string {
    const body = parseJson(answer.text);
    const message = isJsonObject(body) ? body.message : undefined;
    const text = typeof message === "string" && message.trim() !== "" ? message : answer.text;
    return excerpt(text, LONGEST_BODY_EXCERPT) || (STATUS_CODES[answer.status] ?? "no message");
}

/** The host only: the rest of a URL may carry what is nobody's business. */
function redirectText({ location }: Answer): string {
    const to = location !== null && URL.canParse(location) ? new URL(location).host : "an unknown host";
    return `redirects are refused (to ${to})`;
}
