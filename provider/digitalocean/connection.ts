import type { RateBudget } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import type { Endpoint } from "./endpoint.js";
import type { Fetch } from "./fetch.js";

/** Everything the client needs from outside, passed in at the edge. */
export interface Connection {
    readonly endpoint: Endpoint;
    /** Sent in the Authorization header to the endpoint, and nowhere else. */
    readonly token: string;
    readonly fetch: Fetch;
    readonly clock: Clock;
    /** Uniform in [0, 1), as `Math.random`. */
    random(): number;
    readonly budget: RateBudget;
    /** `pulumi-droplet-teardown/<version>`. */
    readonly userAgent: string;
    /** Called for every request sent by any client; absent unless tracing is on. */
    readonly trace?: (exchange: TracedExchange) => void;
}

/** One sent request, as the client's observer sees it. */
export interface Exchange {
    readonly method: Method;
    /** Path and query, without the endpoint. */
    readonly path: string;
    /** Null: no answer. */
    readonly status: number | null;
    /** The `request_id` of the body, else the `x-request-id` header. */
    readonly requestId: string | null;
}

/** The same with timings, for diagnosis. */
export interface TracedExchange extends Exchange {
    /** From the request for admission to admission by the rate budget. */
    readonly admittedAfterMs: number;
    /** From admission to the end of the answer. */
    readonly tookMs: number;
}

export type Method = "GET" | "POST" | "DELETE";

export type Observer = (exchange: Exchange) => void;
