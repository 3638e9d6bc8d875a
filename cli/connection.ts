import { credentials, endpoint } from "../provider/access/clients.js";
import {
    type Connection,
    type Endpoint,
    type Fetch,
    PUBLIC_ENDPOINT,
    traceWhere,
} from "../provider/digitalocean/connection.js";
import { watchServerTime } from "../provider/digitalocean/exchange.js";
import type { Clock } from "../provider/polling/clock.js";
import { DeadlineError, messageOf, RefusedError, UnreachableError } from "../provider/teardown/errors.js";
import type { CliRuntime } from "./runtime.js";

/** Why requests have failed since the last usable answer. */
type Obstacle =
    { readonly kind: "unreached"; readonly reason: string } | { readonly kind: "limited" | "silent" };

/** A run's connection to DigitalOcean, and whether its requests succeed. */
export interface WatchedConnection extends Omit<Connection, "limiter"> {
    /** All requests so far. */
    readonly requests: () => number;
    /** Why requests fail; null if the last one was answered. */
    readonly obstacle: () => Obstacle | null;
    /** DigitalOcean's time, Unix milliseconds; null: no answer had a date. */
    readonly serverNow: () => number | null;
}

/**
 * The token and the endpoint come from the environment only.
 * @throws RefusedError if there is no token, or for an endpoint that must not receive one
 */
export function connect({ clock, env, fetch, random, userAgent, stderr }: CliRuntime): WatchedConnection {
    const sources = { config: () => undefined, env };
    const place = endpoint(undefined, sources);
    const [credential] = credentials(undefined, sources);
    if (credential === undefined) {
        throw new RefusedError("there is no DigitalOcean token: set DIGITALOCEAN_TOKEN", "no-token");
    }
    const { token, source } = credential;
    if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new RefusedError(
            `the DigitalOcean token in ${source} contains spaces or line breaks`,
            "no-token",
        );
    }
    const trace = traceWhere(env, token, (line) => stderr.write(`${line}\n`));
    return { endpoint: place, token, clock, random, userAgent, ...trace, ...watchRequests(fetch, clock) };
}

/** A custom endpoint, for messages; null for the public one. */
export function foreignEndpoint({ base }: Endpoint): string | null {
    return base === PUBLIC_ENDPOINT ? null : base;
}

/** A longer wait counts as no answer. */
const SILENCE_MS = 5_000;

/** Counts requests, and records their results. */
function watchRequests(
    fetch: Fetch,
    clock: Clock,
): Pick<WatchedConnection, "fetch" | "requests" | "obstacle" | "serverNow"> {
    const timed = watchServerTime(fetch, clock);
    let requests = 0;
    let obstacle: Obstacle | null = null;
    return {
        requests: () => requests,
        obstacle: () => obstacle,
        serverNow: timed.serverNow,
        fetch: async (url, init) => {
            requests += 1;
            const sentAtMs = clock.monotonicMs();
            try {
                const answer = await timed.fetch(url, init);
                obstacle = answer.status === 429 ? { kind: "limited" } : null;
                return answer;
            } catch (error) {
                if (!init.signal.aborted) {
                    obstacle = { kind: "unreached", reason: messageOf(error) };
                } else if (clock.monotonicMs() - sentAtMs >= SILENCE_MS) {
                    obstacle = { kind: "silent" };
                }
                throw error;
            }
        },
    };
}

/** An obstacle in words, for use before or after a semicolon. */
export function describeObstacle(obstacle: Obstacle): string {
    switch (obstacle.kind) {
        case "unreached":
            return unreachedText(obstacle.reason);
        case "limited":
            return "DigitalOcean answered 429, since the token's requests are limited";
        case "silent":
            return "DigitalOcean has not answered";
    }
}

function unreachedText(reason: string): string {
    return `DigitalOcean cannot be reached: ${reason}`;
}

/** If nothing answered before the deadline, why requests failed says more than the timeout. */
export function explainTimeout(error: unknown, session: Pick<WatchedConnection, "obstacle"> | null): unknown {
    const obstacle = session?.obstacle() ?? null;
    if (!(error instanceof DeadlineError) || obstacle === null) {
        return error;
    }
    return obstacle.kind === "unreached"
        ? new UnreachableError(`${unreachedText(obstacle.reason)}; ${error.message}`, { cause: error })
        : new DeadlineError(error.timeoutMs, describeObstacle(obstacle));
}
