import { inspect } from "node:util";

import type { RateLimiter } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import { RefusedError } from "../teardown/errors.js";
import { printable } from "../teardown/format.js";
import type { Traffic } from "../teardown/ports.js";
import { excerpt } from "./wire.js";

/** DigitalOcean's public API. */
export const PUBLIC_ENDPOINT = "https://api.digitalocean.com";

/** The API endpoint: https anywhere, plain http on loopback only. */
export interface Endpoint {
    /** Scheme, host and any path prefix, without a trailing slash; request paths start with `/v2`. */
    readonly base: string;
    /** Host and port, for messages. */
    readonly host: string;
    readonly loopback: boolean;
}

/** Reads an endpoint such as `https://api.digitalocean.com`; throws a `RefusedError` that names the value. */
export function parseEndpoint(text: string): Endpoint {
    if (!URL.canParse(text.trim())) {
        throw refused(text, "not a URL; expected something like https://api.digitalocean.com");
    }
    const url = new URL(text.trim());
    const reason = objectionTo(url);
    if (reason !== null) {
        throw refused(text, reason);
    }
    return {
        base: url.origin + url.pathname.replace(/\/+$/, ""),
        host: url.host,
        loopback: isLoopback(url.hostname),
    };
}

function objectionTo(url: URL): string | null {
    if (url.protocol !== "https:" && url.protocol !== "http:") {
        return "the scheme must be https (or http on loopback)";
    }
    if (url.protocol === "http:" && !isLoopback(url.hostname)) {
        return "plain http is allowed on loopback only, because every request carries the token";
    }
    if (url.username !== "" || url.password !== "") {
        return "it must not contain credentials";
    }
    if (url.search !== "" || url.hash !== "") {
        return "it must not contain a query or a fragment";
    }
    if (/\/v2\/*$/.test(url.pathname)) {
        return "leave out the /v2 at the end";
    }
    return null;
}

/** `hostname` comes from a parsed URL, which normalizes every spelling of an address. */
function isLoopback(hostname: string): boolean {
    return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refused(text: string, reason: string): RefusedError {
    const quoted = printable(JSON.stringify(redactTokens(text)));
    return new RefusedError(`DigitalOcean endpoint ${quoted}: ${reason}`, "invalid-input");
}

/** The `fetch` that the client needs; node-fetch and the simulator both satisfy it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
    /** Redirects are never followed: they would carry the token to another host. */
    readonly redirect: "manual";
}

export interface FetchAnswer {
    readonly status: number;
    /** Header names are case-insensitive. */
    readonly headers: FetchHeaders;
    readonly body: AsyncIterable<Uint8Array | string> | null;
}

export interface FetchHeaders {
    get(name: string): string | null;
}

/** Everything the client needs from outside, passed in at the edge. */
export interface Connection {
    readonly endpoint: Endpoint;
    /** Sent in the Authorization header to the endpoint, and nowhere else. */
    readonly token: string;
    readonly fetch: Fetch;
    readonly clock: Clock;
    /** Uniform in [0, 1), as `Math.random`. */
    random(): number;
    readonly limiter: RateLimiter;
    /** `pulumi-droplet-teardown/<version>`. */
    readonly userAgent: string;
    /** Called for every request sent by any client; absent unless tracing is on. */
    readonly trace?: (exchange: TracedExchange) => void;
}

/** One sent request, as the client's observer sees it. */
export interface Exchange {
    readonly method: Method;
    /** Path and query, without the endpoint. */
    readonly path: string;
    /** Null: no answer. */
    readonly status: number | null;
    /** The `request_id` of the body, else the `x-request-id` header. */
    readonly requestId: string | null;
}

/** The same with timings, for diagnosis. */
export interface TracedExchange extends Exchange {
    /** From the request for admission to admission by the rate limiter. */
    readonly admittedAfterMs: number;
    /** From admission to the end of the answer. */
    readonly tookMs: number;
}

export type Method = "GET" | "POST" | "DELETE";

export type Observer = (exchange: Exchange) => void;

const REDACTED_TOKEN = "dop_v1_[redacted]";

/** Personal, OAuth and refresh tokens, as DigitalOcean's API reference describes them. */
const TOKEN = /(?:dop|doo|dor)_v1_[A-Za-z0-9]+/g;

/** `user:password@` of a URL, as in proxy errors. Never matches beyond a quoted text. */
const URL_CREDENTIALS = /\/\/[^\s/"'\\,]+@/g;

/** Anything shorter would also match ordinary text; a real token has 71 characters. */
const MIN_SECRET = 8;

const DEEPEST_CAUSE = 8;

/** Replaces the given secrets, anything that looks like a DigitalOcean token, and credentials in URLs. */
export function redactTokens(text: string, secrets: readonly string[] = []): string {
    return secrets
        .filter((secret) => secret.length >= MIN_SECRET)
        .reduce((clean, secret) => clean.replaceAll(secret, REDACTED_TOKEN), text)
        .replace(TOKEN, REDACTED_TOKEN)
        .replace(URL_CREDENTIALS, "//[redacted]@");
}

/**
 * A copy of an error, to keep as a cause: name, message, stack, code and causes, redacted. Anything else that a
 * library attaches to its errors (requests, headers, URLs) is dropped.
 */
export function redactError(thrown: unknown, secrets: readonly string[] = [], depth = DEEPEST_CAUSE): Error {
    if (!(thrown instanceof Error)) {
        return new Error(redactTokens(inspect(thrown, { depth: 1 }), secrets));
    }
    const cause =
        thrown.cause === undefined || depth === 0
            ? undefined
            : { cause: redactError(thrown.cause, secrets, depth - 1) };
    const copy = new Error(redactTokens(thrown.message, secrets), cause);
    setHidden(copy, "name", thrown.name);
    setHidden(copy, "stack", redactTokens(thrown.stack ?? String(copy), secrets));
    if ("code" in thrown && typeof thrown.code === "string") {
        setHidden(copy, "code", thrown.code);
    }
    return copy;
}

function setHidden(error: Error, key: string, value: string): void {
    Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}

/** A shorter wait for admission does not count: concurrent requests take turns. */
const SHORT_WAIT_MS = 2_000;

/** Counts an operation's requests, and how often one had to wait. */
export function recordTraffic(
    limiter: RateLimiter,
    clock: Clock,
): { readonly traffic: Traffic; readonly limiter: RateLimiter; readonly observe: Observer } {
    const traffic = { requests: 0, requestIds: [] as string[], waits: 0 };
    return {
        traffic,
        limiter: {
            admit: async (signal, priority) => {
                const askedAtMs = clock.monotonicMs();
                await limiter.admit(signal, priority);
                traffic.waits += clock.monotonicMs() - askedAtMs > SHORT_WAIT_MS ? 1 : 0;
            },
            observe: (answer) => limiter.observe(answer),
        },
        observe: (exchange) => {
            traffic.requests += 1;
            traffic.waits += isRepeated(exchange) ? 1 : 0;
            if (exchange.requestId !== null && matters(exchange)) {
                traffic.requestIds.push(exchange.requestId);
            }
        },
    };
}

/** No answer, a rate limit or a server fault: the next attempt follows a pause. */
function isRepeated({ status }: Exchange): boolean {
    return status === null || status === 429 || status >= 500;
}

/** Changes and failures. */
function matters({ method, status }: Exchange): boolean {
    return method !== "GET" || (status !== null && status >= 400 && status !== 404);
}

const DEBUG_VARIABLE = "DROPLET_TEARDOWN_DEBUG";

const MAX_TEXT_LENGTH = 300;

/**
 * Writes a line per request if `DROPLET_TEARDOWN_DEBUG=1`, else nothing. It has neither headers nor bodies, and
 * the token is redacted.
 * @param write receives one line without its newline
 */
export function traceWhere(
    env: (name: string) => string | undefined,
    token: string,
    write: (line: string) => void,
): Pick<Connection, "trace"> {
    return env(DEBUG_VARIABLE)?.trim() === "1"
        ? { trace: (exchange) => write(traceLine(exchange, token)) }
        : {};
}

/** "debug: GET /v2/droplets/3164494 200 in 123 ms, admitted after 0 ms (request 4f1c…)" */
function traceLine(exchange: TracedExchange, token: string): string {
    const { method, path, status, requestId, tookMs, admittedAfterMs } = exchange;
    // Redact before cutting: half a token would not be recognized.
    const safe = (text: string): string => excerpt(redactTokens(text, [token]), MAX_TEXT_LENGTH);
    const times = `in ${Math.round(tookMs)} ms, admitted after ${Math.round(admittedAfterMs)} ms`;
    const id = requestId === null ? "" : ` (request ${safe(requestId)})`;
    return `debug: ${method} ${safe(path)} ${status ?? "no answer"} ${times}${id}`;
}
