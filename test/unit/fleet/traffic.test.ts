import assert from "node:assert/strict";

import {
    type Exchange,
    recordTraffic,
    type TracedExchange,
    traceWhere,
} from "../../../provider/digitalocean/connection.js";
import type { RateLimiter } from "../../../provider/polling/admission.js";
import { VirtualClock } from "../../../simulator/index.js";

const GET: Exchange = { method: "GET", path: "/v2/droplets/7", status: 200, requestId: "id-1" };

/** What is recorded of these exchanges. */
function recorded(...exchanges: readonly Partial<Exchange>[]): ReturnType<typeof recordTraffic>["traffic"] {
    const limiter: RateLimiter = { admit: () => Promise.resolve(), observe: () => undefined };
    const { traffic, observe } = recordTraffic(limiter, new VirtualClock(0));
    exchanges.forEach((exchange) => observe({ ...GET, ...exchange }));
    return traffic;
}

describe("the traffic of an operation", () => {
    it("counts every request", () => {
        assert.equal(recorded({}, {}, { status: null }).requests, 3);
    });

    const paused: readonly (readonly [number | null, number])[] = [
        [200, 0],
        [204, 0],
        [404, 0],
        [422, 0],
        [429, 1],
        [499, 0],
        [500, 1],
        [503, 1],
        [null, 1],
    ];
    for (const [status, waits] of paused) {
        it(`${waits === 1 ? "counts a wait" : "knows of no wait"} after ${status ?? "no answer"}`, () => {
            assert.equal(recorded({ status }).waits, waits);
        });
    }

    it("counts a wait for admission, unless requests only take turns", async () => {
        const clock = new VirtualClock(0);
        let delayMs = 0;
        const observed: unknown[] = [];
        const limiter: RateLimiter = {
            admit: () => clock.sleep(delayMs),
            observe: (answer) => void observed.push(answer),
        };
        const { traffic, limiter: counting } = recordTraffic(limiter, clock);
        const { signal } = new AbortController();
        for (const [ms, waits] of [
            [2_000, 0],
            [2_001, 1],
            [60_000, 2],
        ] as const) {
            delayMs = ms;
            await clock.run(counting.admit(signal));
            assert.equal(traffic.waits, waits);
        }
    });

    it("measures a wait for admission although the wall clock is set back meanwhile", async () => {
        let ms = 0;
        const clock = { now: () => -ms, monotonicMs: () => ms, sleep: () => Promise.resolve() };
        const limiter: RateLimiter = { admit: async () => void (ms += 60_000), observe: () => undefined };
        const { traffic, limiter: counting } = recordTraffic(limiter, clock);
        await counting.admit(new AbortController().signal);
        assert.equal(traffic.waits, 1);
    });

    it("remembers the ids of changes and of failures", () => {
        const { requestIds } = recorded(
            { requestId: "read" },
            { requestId: "absent", status: 404 },
            { requestId: "bad", status: 400 },
            { requestId: "fault", status: 500 },
            { requestId: "change", method: "DELETE", status: 202 },
            { requestId: null, method: "DELETE" },
            { requestId: "lost", status: null },
        );
        assert.deepEqual(requestIds, ["bad", "fault", "change"]);
    });
});

describe("the trace of requests", () => {
    const TOKEN = "secret-token";
    const traced: TracedExchange = { ...GET, tookMs: 12.4, admittedAfterMs: 0.6 };
    const trace = (exchange: Partial<TracedExchange>, debug: string | undefined = "1"): string[] => {
        const lines: string[] = [];
        traceWhere(
            (name) => (name === "DROPLET_TEARDOWN_DEBUG" ? debug : undefined),
            TOKEN,
            (line) => lines.push(line),
        ).trace?.({ ...traced, ...exchange });
        return lines;
    };

    it("has a line for each, where it is asked for", () => {
        const line = "debug: GET /v2/droplets/7 200 in 12 ms, admitted after 1 ms (request id-1)";
        assert.deepEqual(trace({}), [line]);
        assert.deepEqual(trace({}, " 1 "), [line]);
        assert.deepEqual(trace({}, "0"), []);
        assert.deepEqual(trace({}, ""), []);
    });

    it("says where there was no answer, and never the token", () => {
        assert.deepEqual(trace({ status: null, requestId: null, path: `/v2/${TOKEN}` }), [
            "debug: GET /v2/dop_v1_[redacted] no answer in 12 ms, admitted after 1 ms",
        ]);
    });
});
