import type { Connection, Exchange, FetchAnswer, FetchHeaders, Method, Observer } from "./connection.js";
import type { Clock } from "../polling/clock.js";
import type { RateAnswer } from "../polling/admission.js";
import { StaleError, TeardownError } from "../teardown/errors.js";
import { excerpt, isJsonObject, parseJson } from "./fields.js";
import {
    decideRetry,
    failureOfStatus,
    type RateHeaders,
    readRateHeaders,
    type Repeat,
    type RequestFailure,
} from "./retry.js";
import { redactError, redactTokens } from "./redact.js";

/** A page of 200 Droplets is about half a megabyte. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface Body {
    readonly text: string;
    /** False: the body exceeds the limit, and the rest was not read. */
    readonly complete: boolean;
}

/** Reads a body as UTF-8, up to the limit. A longer body is cut off, and its connection closed. */
export async function readBody(body: FetchAnswer["body"], limitBytes = MAX_BODY_BYTES): Promise<Body> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body ?? []) {
        const buffer = Buffer.from(chunk);
        bytes += buffer.length;
        if (bytes > limitBytes) {
            return { text: decode(chunks), complete: false };
        }
        chunks.push(buffer);
    }
    return { text: decode(chunks), complete: true };
}

function decode(chunks: readonly Buffer[]): string {
    return Buffer.concat(chunks).toString("utf8");
}

/** The work timed out. */
class TimeLimitError extends Error {
    constructor(limitMs: number) {
        super(`no answer within ${limitMs / 1_000} s`);
        this.name = "TimeLimitError";
    }
}

/** Created once: the default abort error captures a stack for each request. */
const FINISHED = new Error("finished");

/**
 * Runs work with a signal that aborts on timeout or with the caller's own signal. Either ends the wait at once,
 * whether or not the work honors its signal. Leaves no timer and no listener behind.
 */
export async function withTimeLimit<T>(
    clock: Clock,
    limitMs: number,
    caller: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    caller.throwIfAborted();
    const limit = new AbortController();
    const finished = new AbortController();
    let follow: () => void = () => undefined;
    try {
        return await new Promise<T>((resolve, reject) => {
            const stop = (reason: Error): void => {
                limit.abort(reason);
                reject(reason);
            };
            follow = () => stop(caller.reason as Error);
            caller.addEventListener("abort", follow, { once: true });
            const expire = (): void => stop(new TimeLimitError(limitMs));
            clock.sleep(limitMs, finished.signal).then(expire, () => undefined);
            work(limit.signal).then(resolve, reject);
        });
    } finally {
        caller.removeEventListener("abort", follow);
        finished.abort(FINISHED);
    }
}

export const REQUEST_TIMEOUT_MS = 30_000;

const MAX_REASON = 200;

/** UUIDs in practice; anything else is not worth quoting to support. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

export interface Request {
    readonly method: Method;
    /** Path and query, with ids already escaped. */
    readonly path: string;
    /** JSON text. */
    readonly body?: string;
}

export type Reply = Answer | NoAnswer;

/** A complete answer. */
export interface Answer extends Body {
    readonly kind: "answer";
    readonly status: number;
    /** The body as JSON, exactly as received; undefined: not JSON. */
    readonly json: unknown;
    readonly requestId: string | null;
    readonly rate: RateHeaders;
    /** The `location` header of a redirect. */
    readonly location: string | null;
    /** Redacts a text that quotes this answer. */
    readonly redact: (text: string) => string;
}

/** No usable answer; the request may or may not have taken effect. */
export interface NoAnswer {
    readonly kind: "none";
    readonly reason: string;
    /** The underlying error, redacted. */
    readonly cause: Error;
}

/** Sends one request once. Rejects only if the caller aborts, or the rate limiter or the transport refuses to send. */
export async function exchange(
    connection: Connection,
    request: Request,
    observe: Observer,
    signal: AbortSignal,
    stillFresh: () => boolean = () => true,
): Promise<Reply> {
    const { clock, trace } = connection;
    const askedAtMs = clock.monotonicMs();
    await connection.limiter.admit(signal, request.method === "GET" ? "read" : "change");
    const admittedAtMs = clock.monotonicMs();
    const tell = (seen: Exchange): void => {
        observe(seen);
        const tookMs = clock.monotonicMs() - admittedAtMs;
        trace?.({ ...seen, admittedAfterMs: admittedAtMs - askedAtMs, tookMs });
    };
    let rate: RateAnswer | null = null;
    try {
        signal.throwIfAborted();
        if (!stillFresh()) {
            throw new StaleError(`${request.method} ${request.path}: not sent`);
        }
        const reply = await attempt(connection, request, signal).catch((error: unknown) => {
            tell({ ...line(request), status: null, requestId: null });
            signal.throwIfAborted();
            return noAnswer(error, connection.token);
        });
        if (reply.kind === "answer") {
            rate = { status: reply.status, ...reply.rate };
            tell({ ...line(request), status: reply.status, requestId: reply.requestId });
        }
        return reply;
    } finally {
        connection.limiter.observe(rate);
    }
}

function attempt(connection: Connection, request: Request, signal: AbortSignal): Promise<Answer> {
    const { clock, endpoint, fetch } = connection;
    return withTimeLimit(clock, REQUEST_TIMEOUT_MS, signal, async (limited) => {
        const answer = await fetch(endpoint.base + request.path, {
            method: request.method,
            headers: headersOf(connection, request),
            ...(request.body === undefined ? {} : { body: request.body }),
            signal: limited,
            redirect: "manual",
        });
        return received(connection, answer, await bodyOf(answer));
    });
}

function headersOf({ token, userAgent }: Connection, { body }: Request): Record<string, string> {
    return {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        "user-agent": userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
}

/** A 202 or 204 is complete with its status: the body is drained only to reuse the connection. */
async function bodyOf(answer: FetchAnswer): Promise<Body> {
    if (answer.status !== 202 && answer.status !== 204) {
        return readBody(answer.body);
    }
    await readBody(answer.body).catch(() => undefined);
    return { text: "", complete: true };
}

/** Not redacted yet: names and ids are compared as the API sent them. */
function received({ clock, token }: Connection, answer: FetchAnswer, body: Body): Answer {
    const redact = (text: string): string => redactTokens(text, [token]);
    const json = body.complete ? parseJson(body.text) : undefined;
    const requestId = requestIdOf(json, answer.headers);
    return {
        ...body,
        kind: "answer",
        status: answer.status,
        json,
        // The server's id is printed, and a careless server may echo a header.
        requestId: requestId === null || redact(requestId) !== requestId ? null : requestId,
        rate: readRateHeaders(answer.headers, clock.now()),
        location: answer.headers.get("location"),
        redact,
    };
}

function noAnswer(error: unknown, token: string): NoAnswer {
    if (error instanceof TeardownError) {
        throw error;
    }
    const cause = redactError(error, [token]);
    return { kind: "none", reason: reasonOf(cause), cause };
}

/** Node leaves the message empty if it tried several addresses; then the code says what happened. */
function reasonOf(error: Error): string {
    const message = excerpt(error.message, MAX_REASON);
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    return code === "" || message.includes(code) ? message : `${message} (${code})`.trim();
}

function line({ method, path }: Request): Pick<Request, "method" | "path"> {
    return { method, path };
}

/** The `request_id` of an error body, else the `x-request-id` header, else null. */
function requestIdOf(body: unknown, headers: FetchHeaders): string | null {
    const fromBody = isJsonObject(body) ? body.request_id : undefined;
    return validId(fromBody) ?? validId(headers.get("x-request-id"));
}

function validId(value: unknown): string | null {
    return typeof value === "string" && REQUEST_ID.test(value) ? value : null;
}

export interface SendOptions {
    readonly repeat: Repeat;
    readonly observe: Observer;
    readonly signal: AbortSignal;
    /** Whether it may still be sent; called right before sending. */
    readonly stillFresh?: () => boolean;
}

/** How sending ended. */
export interface SendResult {
    /** The last reply; a failure if no further attempt was worthwhile. */
    readonly reply: Reply;
    /** Rate-limited attempts do not count. */
    readonly tries: number;
}

/**
 * Sends a request until it is answered or the retry policy stops.
 * @throws StaleError if it may no longer be sent
 */
export async function send(
    connection: Connection,
    request: Request,
    options: SendOptions,
): Promise<SendResult> {
    const { repeat, observe, signal, stillFresh } = options;
    for (let attempt = 1; ;) {
        const reply = await exchange(connection, request, observe, signal, stillFresh);
        const failure = failureOf(reply);
        if (failure === null) {
            return { reply, tries: attempt };
        }
        const decision = decideRetry({ repeat, attempt, failure, random: connection.random() });
        switch (decision.kind) {
            case "stop":
                return { reply, tries: attempt };
            case "readmit":
                break;
            case "retry":
                attempt += 1;
                await connection.clock.sleep(decision.delayMs, signal);
        }
    }
}

/** The retryable failure, or null. */
export function failureOf(reply: Reply): RequestFailure | null {
    return reply.kind === "none"
        ? { kind: "connection" }
        : failureOfStatus(reply.status, reply.rate.retryAfterMs);
}
