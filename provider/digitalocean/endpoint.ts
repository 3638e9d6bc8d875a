import { RefusedError } from "../teardown/errors.js";
import { printable } from "../teardown/wording.js";
import { redactTokens } from "./redact.js";

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
    return new RefusedError(`DigitalOcean endpoint ${quoted}: ${reason}`);
}
