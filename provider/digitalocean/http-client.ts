import {
    ApiError,
    AuthenticationError,
    ForbiddenError,
    knownOr,
    MalformedAnswerError,
    RefusedError,
    StaleError,
    type TeardownError,
    UnreachableError,
} from "../teardown/errors.js";
import type { DropletAction, Sending, StartOutcome, SubmitOutcome } from "../teardown/ports.js";
import type { Connection, Method, Observer } from "./connection.js";
import { type Answer, classifyReply, type Request, send, type SendResult } from "./exchange.js";
import { excerpt, isJsonObject, MalformedError } from "./wire.js";
import { STATUS_CODES } from "node:http";

/** One path segment. Empty text and dots address something else, even escaped; a lone surrogate has no encoding. */
export function segment(id: string): string {
    if (/^\.{0,2}$|\p{Cs}/u.test(id)) {
        throw new RefusedError(`${JSON.stringify(id)} is not an id`, "invalid-input");
    }
    return encodeURIComponent(id);
}

/** Parses a body, or throws a `MalformedError` that names the field. */
export type Reader<T> = (body: unknown) => T;

/** Sends requests, retries if useful and safe, and validates and maps answers. */
export interface HttpClient {
    /** 200 is mapped, 404 is null, anything else throws. */
    find<T>(path: string, read: Reader<T>, signal: AbortSignal): Promise<T | null>;
    /** 200 is mapped, anything else throws. */
    get<T>(path: string, read: Reader<T>, signal: AbortSignal): Promise<T>;
    /** Makes an idempotent change; a 404 of a DELETE counts as done. */
    ensure(method: Method, path: string, body: object | null, signal: AbortSignal): Promise<void>;
    /** Deletes one resource. Sent once: it depends on a read that a pause would make stale. */
    remove(path: string, sending: Sending): Promise<SubmitOutcome>;
    /**
     * Sends a request once. A lost answer, 404, 409 or 422 is not an error: read the result.
     * @returns whether it was accepted
     */
    ask(path: string, body: object, signal: AbortSignal): Promise<boolean>;
    /** Starts an action and reads it from the answer; an unreadable answer counts as lost. Sent once. */
    start(
        path: string,
        body: object,
        read: Reader<DropletAction>,
        signal: AbortSignal,
    ): Promise<StartOutcome>;
    /** Starts work that must not be started twice. Sent once. */
    submit(method: Method, path: string, body: object | null, sending: Sending): Promise<SubmitOutcome>;
}

/**
 * A client for one connection; the observer is called for every request sent.
 * @throws RefusedError for a token that is not valid in a header
 */
export function createHttpClient(connection: Connection, observe: Observer = () => undefined): HttpClient {
    checkToken(connection.token);
    const read = async <T>(
        path: string,
        reader: Reader<T>,
        signal: AbortSignal,
        isAbsent: (answer: Answer) => boolean,
    ): Promise<T | null> => {
        const request = { method: "GET", path, body: null } as const;
        const sent = await send(connection, request, { repeat: "any-failure", observe, signal });
        const { reply } = sent;
        if (reply.kind === "answer" && isAbsent(reply)) {
            return null;
        }
        if (reply.kind === "none" || !isSuccess(reply)) {
            throw failure(request, sent);
        }
        return readAnswer(request, reply, reader);
    };
    const change = async (
        request: Request,
        sending: Sending,
        isDone: (status: number) => boolean,
    ): Promise<SubmitOutcome> => {
        try {
            const sent = await send(connection, request, { repeat: "nothing", observe, ...sending });
            return submitOutcome(request, sent, isDone);
        } catch (thrown) {
            return knownOr(thrown, StaleError, () => ({ kind: "stale" }));
        }
    };
    return {
        find: (path, reader, signal) => read(path, reader, signal, isNotFound),
        get: async <T>(path: string, reader: Reader<T>, signal: AbortSignal) =>
            (await read(path, reader, signal, () => false)) as T,
        ensure: async (method, path, body, signal) => {
            const request = { method, path, body };
            const sent = await send(connection, request, { repeat: "any-failure", observe, signal });
            const { reply } = sent;
            const isGone = method === "DELETE" && reply.kind === "answer" && isNotFound(reply);
            if (reply.kind === "none" || !(isSuccess(reply) || isGone)) {
                throw failure(request, sent);
            }
        },
        remove: (path, sending) =>
            change({ method: "DELETE", path, body: null }, sending, (status) => status === 204),
        ask: async (path, body, signal) => {
            const request = { method: "POST", path, body } as const;
            const sent = await send(connection, request, { repeat: "no-effect", observe, signal });
            if (!isSettled(sent)) {
                throw failure(request, sent);
            }
            return sent.reply.kind !== "none" && isSuccess(sent.reply);
        },
        start: async (path, body, reader, signal) => {
            const request = { method: "POST", path, body } as const;
            const sent = await send(connection, request, { repeat: "nothing", observe, signal });
            return started(request, sent, reader);
        },
        submit: (method, path, body, sending) =>
            change({ method, path, body }, sending, (status) => status === 202),
    };
}

/** Otherwise the error would come from deep inside the transport. */
function checkToken(token: string): void {
    if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new RefusedError(
            "the DigitalOcean token is empty or contains spaces or line breaks",
            "no-token",
        );
    }
}

/** Done, lost, or refused in a way that a read will explain. */
function isSettled({ reply }: SendResult): boolean {
    return (
        reply.kind === "none" ||
        isSuccess(reply) ||
        reply.status >= 500 ||
        [404, 408, 409, 422].includes(reply.status)
    );
}

function started(request: Request, sent: SendResult, reader: Reader<DropletAction>): StartOutcome {
    const outcome = submitOutcome(request, sent, () => true);
    if (outcome.kind === "stale" || sent.reply.kind === "none") {
        return { kind: "lost", message: `${request.method} ${request.path}: no answer` };
    }
    if (outcome.kind !== "accepted") {
        return outcome;
    }
    try {
        return { kind: "accepted", action: readAnswer(request, sent.reply, reader) };
    } catch (thrown) {
        return knownOr(thrown, MalformedAnswerError, (error) => ({ kind: "lost", message: error.message }));
    }
}

function readAnswer<T>(request: Request, answer: Answer, reader: Reader<T>): T {
    if (!answer.complete) {
        throw malformed(request, answer, "the answer is too large");
    }
    if (answer.json === undefined) {
        const start = quote(answer, answer.text) || "an empty body";
        throw malformed(request, answer, `the answer is not JSON: ${start}`);
    }
    try {
        return reader(answer.json);
    } catch (error) {
        if (error instanceof MalformedError) {
            throw malformed(request, answer, `unexpected answer: ${quote(answer, error.message)}`);
        }
        throw error;
    }
}

const MAX_EXCERPT = 200;

/** The error for an answer; its message is `GET /v2/…: 403 Forbidden … (request …)`. */
function apiError(request: Request, answer: Answer): ApiError {
    const ErrorClass = errorClass(answer.status);
    const message = line(request, answer, describeAnswer(answer));
    const remark = ErrorClass === ForbiddenError ? "; the token may lack a scope" : "";
    return new ErrorClass(message + remark, answer.status, answer.requestId);
}

/** A success that cannot be parsed, for the given reason. */
function malformed(request: Request, answer: Answer, reason: string): MalformedAnswerError {
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
function failure(request: Request, { reply, tries }: SendResult): TeardownError {
    if (classifyReply(reply) === null && reply.kind === "answer") {
        return apiError(request, reply);
    }
    const last = reply.kind === "none" ? reply.reason : `${reply.status} ${describeAnswer(reply)}`;
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
function submitOutcome(
    request: Request,
    sent: SendResult,
    isDone: (status: number) => boolean,
): SubmitOutcome {
    const { reply } = sent;
    if (reply.kind === "none") {
        return { kind: "lost", message: `${request.method} ${request.path}: ${reply.reason}` };
    }
    if (isInconclusive(reply.status) || (isSuccess(reply) && !isDone(reply.status))) {
        return { kind: "lost", message: apiError(request, reply).message };
    }
    if (isSuccess(reply)) {
        return { kind: "accepted" };
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

function isSuccess({ status }: Answer): boolean {
    return status >= 200 && status <= 299;
}

/**
 * Whether a 404 comes from the API itself. The error page of a gateway or a mistyped endpoint must never mean that
 * a Droplet is gone.
 */
function isNotFound(answer: Answer): boolean {
    return answer.status === 404 && (answer.text.trim() === "" || isJsonObject(answer.json));
}

/** The API's own message, else the start of the body, else the status text; one line. */
function describeAnswer(answer: Answer): string {
    if (answer.status >= 300 && answer.status <= 399) {
        return answer.redact(redirectText(answer));
    }
    const message = isJsonObject(answer.json) ? answer.json.message : undefined;
    const text = typeof message === "string" && message.trim() !== "" ? message : answer.text;
    return quote(answer, text) || (STATUS_CODES[answer.status] ?? "no message");
}

/** The start of an answer's text, redacted first: a secret cut in two would not be recognized. */
function quote(answer: Answer, text: string): string {
    return excerpt(answer.redact(text), MAX_EXCERPT);
}

/** The host only: the rest of a URL may contain secrets. */
function redirectText({ location }: Answer): string {
    const to = location !== null && URL.canParse(location) ? new URL(location).host : "an unknown host";
    return `redirects are refused (to ${to})`;
}
