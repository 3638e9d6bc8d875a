import type { Fetch } from "../../provider/digitalocean/connection.js";
import type { Clock } from "../../provider/polling/clock.js";

/** A way to a simulated DigitalOcean. */
export interface Wire {
    readonly clock: Clock;
    readonly fetch: Fetch;
    readonly token: string;
}

/** godo's: as often, `retry-after` where there is one, else 1, 2, 4 … 30 s. */
const RETRIES = 4;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;

/** One request with godo's retries; the body of its answer, or null where it was refused too often. */
export async function sendWithRetries(
    { clock, fetch, token }: Wire,
    method: "GET" | "DELETE",
    url: string,
): Promise<string | null> {
    const headers = { authorization: `Bearer ${token}`, "user-agent": "published/1.0" };
    const init = { method, headers, redirect: "manual", signal: new AbortController().signal } as const;
    const sent = method === "DELETE" ? { ...init, body: "{}" } : init;
    for (let retry = 0; retry <= RETRIES; retry += 1) {
        const { status, headers: answered, body: parts } = await fetch(url, sent);
        if (status !== 429) {
            return readText(parts);
        }
        const afterS = answered.get("retry-after");
        const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** retry, MAX_BACKOFF_MS);
        await clock.sleep(afterS === null ? backoffMs : Number(afterS) * 1_000);
    }
    return null;
}

async function readText(body: AsyncIterable<Uint8Array | string> | null): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of body ?? []) {
        parts.push(Buffer.from(part));
    }
    return Buffer.concat(parts).toString("utf8");
}
