import assert from "node:assert/strict";
import {
    decideRetry,
    type FailedTry,
    type RequestFailure,
    classifyStatus,
    MAX_WAIT_MS,
    MAX_TRIES,
    parseRetryAfter,
    readRateHeaders,
    type RetryDecision,
} from "../../../provider/digitalocean/exchange.js";

const NOW_MS = Date.UTC(2026, 0, 1);

function fault(retryAfterMs: number | null = null): RequestFailure {
    return { kind: "fault", retryAfterMs };
}

function decided(failed: Partial<FailedTry> & Pick<FailedTry, "failure">): number | RetryDecision["kind"] {
    const decision = decideRetry({ repeat: "any-failure", attempt: 1, random: 0, ...failed });
    return decision.kind === "retry" ? decision.delayMs : decision.kind;
}

describe("retry policy", () => {
    const connection: RequestFailure = { kind: "connection" };
    const limited: RequestFailure = { kind: "limited" };
    const table: readonly [
        name: string,
        failed: Parameters<typeof decided>[0],
        decision: number | RetryDecision["kind"],
    ][] = [
        ["repeats a read after a connection error", { failure: connection }, 250],
        ["spreads the first pause up to half a second", { failure: connection, random: 1 }, 500],
        ["doubles the pause", { failure: connection, attempt: 3, random: 1 }, 2_000],
        ["repeats a read after a server fault", { failure: fault(), attempt: 2 }, 500],
        ["obeys retry-after of a 503", { failure: fault(7_000) }, 7_000],
        ["adds jitter on top of retry-after", { failure: fault(42_000), random: 0.5 }, 42_500],
        ["gives up after the last try", { failure: connection, attempt: MAX_TRIES }, "stop"],
        ["leaves the waiting for a 429 to the rate limiter", { failure: limited }, "readmit"],
        ["does not count a 429 as a try", { failure: limited, attempt: MAX_TRIES }, "readmit"],
        [
            "asks again after a 429 where it had no effect",
            { failure: limited, repeat: "no-effect" },
            "readmit",
        ],
        ["sends a destroy once, whatever becomes of it", { failure: limited, repeat: "nothing" }, "stop"],
        [
            "never repeats a destroy after a connection error",
            { failure: connection, repeat: "nothing" },
            "stop",
        ],
        ["never repeats a destroy after a server fault", { failure: fault(), repeat: "nothing" }, "stop"],
        [
            "never repeats an action after a 503 that asks for it",
            { failure: fault(1), repeat: "no-effect" },
            "stop",
        ],
    ];
    for (const [name, failed, decision] of table) {
        it(name, () => assert.equal(decided(failed), decision));
    }

    it("never pauses longer than ten seconds by itself", () => {
        assert.ok(Number(decided({ failure: connection, attempt: 4, random: 0.999 })) <= 10_000);
    });

    const kinds: readonly [status: number, kind: RequestFailure["kind"] | null][] = [
        [200, null],
        [404, null],
        [408, "fault"],
        [422, null],
        [429, "limited"],
        [500, "fault"],
        [501, null],
        [503, "fault"],
    ];
    for (const [status, kind] of kinds) {
        it(`takes a ${status} for ${kind ?? "an answer"}`, () =>
            assert.equal(classifyStatus(status, null)?.kind ?? null, kind));
    }
});

describe("rate limit headers", () => {
    function read(headers: Record<string, string>): ReturnType<typeof readRateHeaders> {
        return readRateHeaders({ get: (name) => headers[name] ?? null }, NOW_MS);
    }
    const seconds = NOW_MS / 1_000;

    it("say what is left and when the window opens", () => {
        const rate = read({ "ratelimit-remaining": " 12 ", "ratelimit-reset": String(seconds + 60) });
        assert.deepEqual(rate, { remaining: 12, resetInMs: 60_000, retryAfterMs: null });
    });

    it("say nothing where they are absent, blank or no numbers", () => {
        const nothing = { remaining: null, resetInMs: null, retryAfterMs: null };
        assert.deepEqual(read({}), nothing);
        const junk = { "ratelimit-remaining": "many", "ratelimit-reset": "0", "retry-after": "" };
        assert.deepEqual(read(junk), nothing);
    });

    it("are bounded", () => {
        const rate = read({ "ratelimit-reset": "999999999999999", "retry-after": "99999999" });
        assert.equal(rate.resetInMs, MAX_WAIT_MS);
        assert.equal(rate.retryAfterMs, MAX_WAIT_MS);
    });

    for (const [whose, skewMs] of [
        ["ahead of", 900_000],
        ["behind", -900_000],
    ] as const) {
        it(`are read by the server's Date where its clock is ${whose} ours`, () => {
            const serverMs = NOW_MS + skewMs;
            const rate = read({
                date: new Date(serverMs).toUTCString(),
                "ratelimit-reset": String((serverMs + 60_000) / 1_000),
                "retry-after": new Date(serverMs + 20_000).toUTCString(),
            });
            assert.deepEqual([rate.resetInMs, rate.retryAfterMs], [60_000, 20_000]);
        });
    }

    it("are read by our clock where the answer has no date, or none that can be read", () => {
        const reset = { "ratelimit-reset": String(seconds + 60) };
        assert.equal(read(reset).resetInMs, 60_000);
        for (const date of ["", "0", "yesterday"]) {
            assert.equal(read({ ...reset, date }).resetInMs, 60_000);
        }
        assert.equal(read({ "ratelimit-reset": String(seconds - 60) }).resetInMs, 0);
    });

    const retryAfter: readonly [value: string | null, waitMs: number | null][] = [
        [null, null],
        ["", null],
        ["0", 0],
        [" 30 ", 30_000],
        ["Thu, 01 Jan 2026 00:00:45 GMT", 45_000],
        ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
        ["1.5", null],
        ["-1", null],
        ["soon", null],
    ];
    it("has each of the RFC's dates in GMT, whatever the machine's time zone", () => {
        const zone = process.env.TZ;
        process.env.TZ = "America/New_York";
        try {
            for (const date of [
                "Thu, 01 Jan 2026 00:00:10 GMT",
                "Thu Jan  1 00:00:10 2026",
                "Thu, 01 Jan 2026 00:00:10",
                "Thu, 01 Jan 2026 01:00:10 +0100",
            ]) {
                assert.equal(parseRetryAfter(date, NOW_MS), 10_000, date);
            }
        } finally {
            if (zone === undefined) {
                delete process.env.TZ;
            } else {
                process.env.TZ = zone;
            }
        }
    });

    for (const [value, waitMs] of retryAfter) {
        it(`read retry-after ${JSON.stringify(value)} as ${waitMs} ms`, () => {
            assert.equal(parseRetryAfter(value, NOW_MS), waitMs);
        });
    }
});
