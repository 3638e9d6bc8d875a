import type { Connection, TracedExchange } from "./connection.js";
import { redactTokens } from "./redact.js";
import { excerpt } from "./text.js";

const DEBUG_VARIABLE = "DROPLET_TEARDOWN_DEBUG";

const MAX_TEXT_LENGTH = 300;

/**
 * Writes a line for each request where `DROPLET_TEARDOWN_DEBUG=1`, else nothing. Neither headers nor bodies are
 * in it, and the token is redacted.
 * @param write gets one line without its end
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
    // Before it is cut: half a token would not be found any more.
    const safe = (text: string): string => excerpt(redactTokens(text, [token]), MAX_TEXT_LENGTH);
    const times = `in ${Math.round(tookMs)} ms, admitted after ${Math.round(admittedAfterMs)} ms`;
    const id = requestId === null ? "" : ` (request ${safe(requestId)})`;
    return `debug: ${method} ${safe(path)} ${status ?? "no answer"} ${times}${id}`;
}
