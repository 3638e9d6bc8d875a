import type { Connection, Observer } from "./connection.js";
import { exchange, type Reply, type Request } from "./exchange.js";
import { decideRetry, type RequestFailure, failureOfStatus, type Repeat } from "./retry.js";

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
