import { inspect } from "node:util";

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
