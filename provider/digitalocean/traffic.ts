import type { RateBudget } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import type { Traffic } from "../teardown/ports.js";
import type { Exchange, Observer } from "./connection.js";

/** A shorter wait for admission does not count: concurrent requests take turns. */
const SHORT_WAIT_MS = 2_000;

/** Counts an operation's requests, and how often one had to wait. */
export function recordTraffic(
    budget: RateBudget,
    clock: Clock,
): { readonly traffic: Traffic; readonly budget: RateBudget; readonly observe: Observer } {
    const traffic = { requests: 0, requestIds: [] as string[], waits: 0 };
    return {
        traffic,
        budget: {
            admit: async (signal, urgency) => {
                const askedAtMs = clock.now();
                await budget.admit(signal, urgency);
                traffic.waits += clock.now() - askedAtMs > SHORT_WAIT_MS ? 1 : 0;
            },
            observe: (answer) => budget.observe(answer),
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
