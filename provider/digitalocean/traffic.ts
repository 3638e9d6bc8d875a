import type { RateLimiter } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import type { Traffic } from "../teardown/ports.js";
import type { Connection, Exchange, Observer, TracedExchange } from "./connection.js";
import { redactTokens } from "./redact.js";
import { excerpt } from "./fields.js";

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
