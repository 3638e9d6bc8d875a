import type { Fetch } from "../provider/digitalocean/connection.js";
import type { Clock } from "../provider/polling/clock.js";

/** Why requests have failed since the last usable answer. */
export type Obstacle =
    { readonly kind: "unreached"; readonly reason: string } | { readonly kind: "limited" | "silent" };

/** The requests of a run. */
export interface WatchedRequests {
    readonly fetch: Fetch;
    readonly requests: () => number;
    /** Null if requests succeed. */
    readonly obstacle: () => Obstacle | null;
}

/** A longer wait counts as no answer. */
const SILENCE_MS = 5_000;

/** Counts requests, and records their results. */
export function watchRequests(fetch: Fetch, clock: Clock): WatchedRequests {
    let requests = 0;
    let obstacle: Obstacle | null = null;
    return {
        requests: () => requests,
        obstacle: () => obstacle,
        fetch: async (url, init) => {
            requests += 1;
            const sentAtMs = clock.monotonicMs();
            try {
                const answer = await fetch(url, init);
                obstacle = answer.status === 429 ? { kind: "limited" } : null;
                return answer;
            } catch (error) {
                if (!init.signal.aborted) {
                    obstacle = { kind: "unreached", reason: reasonOf(error) };
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
            return `DigitalOcean cannot be reached: ${obstacle.reason}`;
        case "limited":
            return "DigitalOcean answered 429, since the token's requests are limited";
        case "silent":
            return "DigitalOcean has not answered";
    }
}

function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
