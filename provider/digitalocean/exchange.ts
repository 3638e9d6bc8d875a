import type { RateAnswer } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import { StaleError, TeardownError } from "../teardown/errors.js";
import {
    type Connection,
    type Fetch,
    type FetchAnswer,
    type FetchHeaders,
    type Method,
    type Observer,
    redactError,
    redactTokens,
} from "./connection.js";
import { excerpt, isJsonObject, parseJson } from "./wire.js";

/** A page of 200 Droplets is about half a megabyte. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

interface Body {
    readonly text: string;
    /** False: the body exceeds the limit, and the rest was not read. */
    readonly complete: boolean;
}

/** Reads a body as UTF-8, up to a limit. A longer body is cut off, and its connection closed. */
async function readBody(body: FetchAnswer["body"]): Promise<Body> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body ?? []) {
        const buffer = Buffer.from(chunk);
        bytes += buffer.length;
        if (bytes > MAX_BODY_BYTES) {
            return { text: decode(chunks), complete: false };
        }
        chunks.push(buffer);
    }
    return { text: decode(chunks), complete: true };
}

function decode(chunks: readonly Buffer[]): string {
    return Buffer.concat(chunks).toString("utf8");
}

/** Ends the timer. Created once: the default abort error captures a stack for each request. */
const FINISHED = new Error("finished");

/**
 * Runs work with a signal that aborts on timeout or with the caller's own signal. Either ends the wait at once,
 * whether or not the work honors its signal. Leaves no timer and no listener behind.
 */
async function withTimeLimit<T>(
    clock: Clock,
    limitMs: number,
    caller: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    caller.throwIfAborted();
    const limit = new AbortController();
    let follow: () => void = () => undefined;
    try {
        return await new Promise<T>((resolve, reject) => {
            const stop = (reason: Error): void => {
                limit.abort(reason);
                reject(reason);
            };
            follow = () => stop(caller.reason as Error);
            caller.addEventListener("abort", follow, { once: true });
            const expire = (): void => stop(new Error(`no answer within ${limitMs / 1_000} s`));
            clock.sleep(limitMs, limit.signal).then(expire, () => undefined);
            work(limit.signal).then(resolve, reject);
        });
    } finally {
        caller.removeEventListener("abort", follow);
        limit.abort(FINISHED);
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
    /** Sent as JSON; null: there is none. */
    readonly body: object | null;
}

type Reply = Answer | NoAnswer;

/** A complete answer. */
export interface Answer extends Body {
    readonly kind: "answer";
    readonly status: number;
    /** The body as JSON, exactly as received; undefined: not JSON. */
    readonly json: unknown;
    readonly requestId: string | null;
    readonly rate: Omit<RateAnswer, "status">;
    /** The `location` header of a redirect. */
    readonly location: string | null;
    /** Redacts a text that quotes this answer. */
    readonly redact: (text: string) => string;
}

/** No usable answer; the request may or may not have taken effect. */
interface NoAnswer {
    readonly kind: "none";
    readonly reason: string;
    /** The underlying error, redacted. */
    readonly cause: Error;
}

/** Sends one request once. Rejects only if the caller aborts, or the rate limiter or the transport refuses to send. */
async function exchange(
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
    const tell = (status: number | null, requestId: string | null): void => {
        const seen = { method: request.method, path: request.path, status, requestId };
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
            tell(null, null);
            signal.throwIfAborted();
            return noAnswer(error, connection.token);
        });
        if (reply.kind === "answer") {
            rate = { status: reply.status, ...reply.rate };
            tell(reply.status, reply.requestId);
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
            headers: buildHeaders(connection, request),
            ...(request.body === null ? {} : { body: JSON.stringify(request.body) }),
            signal: limited,
            redirect: "manual",
        });
        return received(connection, answer, await readAnswerBody(answer));
    });
}

function buildHeaders({ token, userAgent }: Connection, { body }: Request): Record<string, string> {
    return {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        "user-agent": userAgent,
        ...(body === null ? {} : { "content-type": "application/json" }),
    };
}

/** A 202 or 204 is complete with its status: the body is drained only to reuse the connection. */
async function readAnswerBody(answer: FetchAnswer): Promise<Body> {
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
    const requestId = findRequestId(json, answer.headers);
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
    return { kind: "none", reason: describeError(cause), cause };
}

/** Node leaves the message empty if it tried several addresses; then the code says what happened. */
function describeError(error: Error): string {
    const message = excerpt(error.message, MAX_REASON);
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    return code === "" || message.includes(code) ? message : `${message} (${code})`.trim();
}

/** The `request_id` of an error body, else the `x-request-id` header, else null. */
function findRequestId(body: unknown, headers: FetchHeaders): string | null {
    const fromBody = isJsonObject(body) ? body.request_id : undefined;
    return validId(fromBody) ?? validId(headers.get("x-request-id"));
}

function validId(value: unknown): string | null {
    return typeof value === "string" && REQUEST_ID.test(value) ? value : null;
}

interface SendOptions {
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
        const failure = classifyReply(reply);
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
export function classifyReply(reply: Reply): RequestFailure | null {
    return reply.kind === "none"
        ? { kind: "connection" }
        : classifyStatus(reply.status, reply.rate.retryAfterMs);
}

/** DigitalOcean's longest window is one hour; no server can make us wait longer. */
export const MAX_WAIT_MS = 3_600_000;

/**
 * Reads `ratelimit-remaining`, `ratelimit-reset` (epoch seconds) and `retry-after`. The server's dates become
 * waits relative to its own `date`, because the clocks may differ; every wait is bounded.
 * @param wallMs our date, for answers without one
 */
export function readRateHeaders(headers: FetchHeaders, wallMs: number): Omit<RateAnswer, "status"> {
    const serverMs = parseDate(headers.get("date")) ?? wallMs;
    const resetSeconds = wholeNumber(headers.get("ratelimit-reset"));
    return {
        remaining: wholeNumber(headers.get("ratelimit-remaining")),
        resetInMs:
            resetSeconds === null || resetSeconds === 0 ? null : bounded(resetSeconds * 1_000 - serverMs),
        retryAfterMs: parseRetryAfter(headers.get("retry-after"), serverMs),
    };
}

/** `retry-after` in either form of RFC 9110, seconds or a date, as milliseconds from now. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
    const seconds = wholeNumber(value);
    const atMs = seconds === null ? parseDate(value) : nowMs + seconds * 1_000;
    return atMs === null ? null : bounded(atMs - nowMs);
}

function bounded(waitMs: number): number {
    return Math.min(Math.max(waitMs, 0), MAX_WAIT_MS);
}

/**
 * Reads the server's time from its answers' `date`, which may differ from ours: the newest answer's, and what has
 * passed since by the monotonic clock. It is late by what the answer took, and never early.
 */
export function watchServerTime(
    fetch: Fetch,
    clock: Clock,
): {
    readonly fetch: Fetch;
    /** Unix milliseconds, whole; null: no answer had a date. */
    readonly serverNow: () => number | null;
} {
    let latest: { readonly serverMs: number; readonly atMs: number } | null = null;
    return {
        fetch: async (url, init) => {
            const answer = await fetch(url, init);
            const serverMs = parseDate(answer.headers.get("date"));
            latest = serverMs === null ? latest : { serverMs, atMs: clock.monotonicMs() };
            return answer;
        },
        serverNow: () =>
            latest === null ? null : latest.serverMs + Math.floor(clock.monotonicMs() - latest.atMs),
    };
}

/**
 * An RFC 9110 date, or another format with a month or a zone in letters; null for anything else. One without a zone,
 * as in the oldest of the RFC's forms, is in GMT: JavaScript would take it for the machine's own.
 */
function parseDate(value: string | null): number | null {
    const text = value?.trim() ?? "";
    const hasZone = /[a-z]$|[+-]\d{2}:?\d{2}$/i.test(text);
    const atMs = /[a-z]/i.test(text) ? Date.parse(hasZone ? text : `${text} GMT`) : NaN;
    return Number.isNaN(atMs) ? null : atMs;
}

function wholeNumber(value: string | null): number | null {
    const text = value?.trim() ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Attempts of one request, including the first. */
export const MAX_TRIES = 5;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 10_000;

/** Jitter, to spread clients that were told to return at the same moment. */
const JITTER_MS = 1_000;

/** When a request may be sent again. */
type Repeat =
    /** After anything: it changes nothing. */
    | "any-failure"
    /** Only if it certainly had no effect; otherwise the effect could happen twice. */
    | "no-effect"
    /** Never: the data it depends on would be stale. */
    | "nothing";

/** How an attempt failed. */
export type RequestFailure =
    /** No complete answer: refused, reset, timed out. */
    | { readonly kind: "connection" }
    /** 429: refused before anything happened. */
    | { readonly kind: "limited" }
    /** 408 or 5xx: the request's outcome is unknown. */
    | { readonly kind: "fault"; readonly retryAfterMs: number | null };

export interface FailedTry {
    readonly repeat: Repeat;
    /** 1 for the first attempt; rate-limited attempts do not count. */
    readonly attempt: number;
    readonly failure: RequestFailure;
    /** Uniform in [0, 1). */
    readonly random: number;
}

export type RetryDecision =
    | { readonly kind: "retry"; readonly delayMs: number }
    /** Ask for admission again: the rate limiter knows of the refusal, and it alone waits. */
    | { readonly kind: "readmit" }
    | { readonly kind: "stop" };

/** Whether and when to try again. Pure: randomness is an argument. */
export function decideRetry({ repeat, attempt, failure, random }: FailedTry): RetryDecision {
    if (failure.kind === "limited") {
        return { kind: repeat === "nothing" ? "stop" : "readmit" };
    }
    if (repeat !== "any-failure" || attempt >= MAX_TRIES) {
        return { kind: "stop" };
    }
    const askedMs = failure.kind === "fault" ? failure.retryAfterMs : null;
    return {
        kind: "retry",
        delayMs: askedMs === null ? backoffMs(attempt, random) : askedMs + random * JITTER_MS,
    };
}

/** The retryable failure of an answer, or null. */
export function classifyStatus(status: number, retryAfterMs: number | null): RequestFailure | null {
    if (status === 429) {
        return { kind: "limited" };
    }
    return isServerFault(status) ? { kind: "fault", retryAfterMs } : null;
}

/** Exponential backoff with jitter, between half and all of it. */
function backoffMs(attempt: number, random: number): number {
    const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
    return (fullMs * (1 + random)) / 2;
}

/** Not 501: what is not implemented will not be a second later. */
function isServerFault(status: number): boolean {
    return status === 408 || (status >= 500 && status !== 501);
}
