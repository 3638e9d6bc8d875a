import type { Connection, Observer } from "./connection.js";
import { exchange, type Reply, type Request } from "./exchange.js";
import { decideRetry, isRateLimit, isServerFault, type Failure } from "./retry-policy.js";

export interface SendOptions {
    /** False: a repeat could take effect twice. */
    readonly repeatable: boolean;
    readonly observe: Observer;
    readonly signal: AbortSignal;
    /** Whether it may still leave; asked right before every try. */
    readonly stillFresh?: () => boolean;
}

/** How sending ended. */
export interface Sent {
    /** The last reply; a failure where no further try was worth it. */
    readonly reply: Reply;
    readonly tries: number;
}

/**
 * Sends a request until it is answered, or the retry policy says stop.
 * @throws StaleError where it may not leave any more
 */
export async function send(connection: Connection, request: Request, options: SendOptions): Promise<Sent> {
    const { repeatable, observe, signal, stillFresh } = options;
    for (let attempt = 1; ; attempt += 1) {
        const reply = await exchange(connection, request, observe, signal, stillFresh);
        const failure = failureOf(reply);
        if (failure === null) {
            return { reply, tries: attempt };
        }
        const nowMs = connection.clock.now();
        const decision = decideRetry({ repeatable, attempt, failure, nowMs, random: connection.random() });
        if (decision.kind === "stop") {
            return { reply, tries: attempt };
        }
        await connection.clock.sleep(decision.delayMs, signal);
    }
}

/** What another try might cure, or null. */
export function failureOf(reply: Reply): Failure | null {
    if (reply.kind === "none") {
        return { kind: "connection" };
    }
    const { status, rate } = reply;
    return isRateLimit(status) || isServerFault(status)
        ? { kind: "status", status, retryAfterMs: rate.retryAfterMs, resetAtMs: rate.resetAtMs }
        : null;
}
