import type { Connection, TracedExchange } from "./connection.js";
import { redactTokens } from "./redact.js";
import { excerpt } from "./text.js";

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
