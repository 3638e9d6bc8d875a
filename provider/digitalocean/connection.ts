import { RefusedError } from "../teardown/errors.js";
import { printable } from "../teardown/format.js";
import { redactTokens } from "./redact.js";
import type { RateLimiter } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";

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
    const url = parseUrl(text.trim());
    if (url === null) {
        throw refused(text, "not a URL; expected something like https://api.digitalocean.com");
    }
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

function parseUrl(text: string): URL | null {
    try {
        return new URL(text);
    } catch {
        return null;
    }
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
    return new RefusedError(`DigitalOcean endpoint ${quoted}: ${reason}`, { code: "invalid-input" });
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
