import type { RateBudget } from "../polling/admission.js";
import type { Clock } from "../polling/clock.js";
import type { Endpoint } from "./endpoint.js";
import type { Fetch } from "./fetch.js";

/** Everything the client needs from outside, passed in once at the edge. */
export interface Connection {
    readonly endpoint: Endpoint;
    /** Goes into the Authorization header of requests to the endpoint, and nowhere else. */
    readonly token: string;
    readonly fetch: Fetch;
    readonly clock: Clock;
    /** Uniform in [0, 1), as `Math.random`. */
    random(): number;
    readonly budget: RateBudget;
    /** `pulumi-droplet-teardown/<version>`. */
    readonly userAgent: string;
    /** Hears of every request that was sent, whichever client sent it; absent unless somebody diagnoses. */
    readonly trace?: (exchange: TracedExchange) => void;
}

/** One request that was sent, as the client's observer sees it. */
export interface Exchange {
    readonly method: Method;
    /** Path and query, without the endpoint. */
    readonly path: string;
    /** Null: no answer came. */
    readonly status: number | null;
    /** The `request_id` of the body, else the `x-request-id` header. */
    readonly requestId: string | null;
}

/** The same with its times, for diagnosis. */
export interface TracedExchange extends Exchange {
    /** From the request for admission to the admission by the rate budget. */
    readonly admittedAfterMs: number;
    /** From the admission to the end of the answer. */
    readonly tookMs: number;
}

export type Method = "GET" | "POST" | "DELETE";

export type Observer = (exchange: Exchange) => void;
