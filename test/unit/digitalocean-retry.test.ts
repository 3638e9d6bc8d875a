import assert from "node:assert/strict";
import {
    LONGEST_WAIT_MS,
    parseRetryAfter,
    readRateHeaders,
} from "../../provider/digitalocean/rate-headers.js";
import {
    decideRetry,
    MOST_TRIES,
    type Failure,
    type FailedTry,
} from "../../provider/digitalocean/retry-policy.js";

const NOW_MS = Date.UTC(2026, 0, 1);

function answered(
    status: number,
    retryAfterMs: number | null = null,
    resetAtMs: number | null = null,
): Failure {
    return { kind: "status", status, retryAfterMs, resetAtMs };
}

function delayOf(failed: Partial<FailedTry> & Pick<FailedTry, "failure">): number | null {
    const decision = decideRetry({ repeatable: true, attempt: 1, nowMs: NOW_MS, random: 0, ...failed });
    return decision.kind === "retry" ? decision.delayMs : null;
}

describe("retry policy", () => {
    const connection: Failure = { kind: "connection" };
    const hour = LONGEST_WAIT_MS;
    const table: readonly [name: string, failed: Parameters<typeof delayOf>[0], delayMs: number | null][] = [
        ["repeats a read after a connection error", { failure: connection }, 250],
        ["spreads the first pause up to half a second", { failure: connection, random: 1 }, 500],
        ["doubles the pause", { failure: connection, attempt: 3, random: 1 }, 2_000],
        ["repeats a read after a 500", { failure: answered(500) }, 250],
        ["repeats a read after a 503", { failure: answered(503), attempt: 2 }, 500],
        ["obeys retry-after of a 503", { failure: answered(503, 7_000) }, 7_000],
        ["ignores the rate window of a 503", { failure: answered(503, null, NOW_MS + 60_000) }, 250],
        ["gives up on a 501", { failure: answered(501) }, null],
        ["gives up on a 404", { failure: answered(404) }, null],
        ["gives up on a 422", { failure: answered(422) }, null],
        ["gives up after the last try", { failure: connection, attempt: MOST_TRIES }, null],
        ["obeys retry-after of a 429 in full", { failure: answered(429, 42_000) }, 42_000],
        ["adds jitter on top of retry-after", { failure: answered(429, 42_000), random: 0.5 }, 42_500],
        ["prefers retry-after to the reset", { failure: answered(429, 5_000, NOW_MS + 90_000) }, 5_000],
        [
            "waits for the reset without retry-after",
            { failure: answered(429, null, NOW_MS + 90_000) },
            90_000,
        ],
        ["bounds a reset in the far future", { failure: answered(429, null, NOW_MS + 9 * hour) }, hour],
        ["bounds retry-after", { failure: answered(429, 9 * hour) }, hour],
        ["backs off where the reset has passed", { failure: answered(429, null, NOW_MS - 1) }, 250],
        ["backs off after a 429 without headers", { failure: answered(429), attempt: 2 }, 500],
        ["repeats a destroy after a 429", { failure: answered(429, 1_000), repeatable: false }, 1_000],
        [
            "never repeats a destroy after a connection error",
            { failure: connection, repeatable: false },
            null,
        ],
        ["never repeats a destroy after a 500", { failure: answered(500), repeatable: false }, null],
        [
            "never repeats a destroy after a 503 that asks for it",
            { failure: answered(503, 1), repeatable: false },
            null,
        ],
    ];
    for (const [name, failed, delayMs] of table) {
        it(name, () => assert.equal(delayOf(failed), delayMs));
    }

    it("never pauses longer than ten seconds by itself", () => {
        assert.ok((delayOf({ failure: connection, attempt: 4, random: 0.999 }) ?? Infinity) <= 10_000);
    });
});

describe("rate limit headers", () => {
    function read(headers: Record<string, string>): ReturnType<typeof readRateHeaders> {
        return readRateHeaders({ get: (name) => headers[name] ?? null }, NOW_MS);
    }
    const seconds = NOW_MS / 1_000;

    it("say what is left and when the window opens", () => {
        const rate = read({ "ratelimit-remaining": " 12 ", "ratelimit-reset": String(seconds + 60) });
        assert.deepEqual(rate, { remaining: 12, resetAtMs: NOW_MS + 60_000, retryAfterMs: null });
    });

    it("say nothing where they are absent, blank or no numbers", () => {
        const nothing = { remaining: null, resetAtMs: null, retryAfterMs: null };
        assert.deepEqual(read({}), nothing);
        const junk = { "ratelimit-remaining": "many", "ratelimit-reset": "0", "retry-after": "" };
        assert.deepEqual(read(junk), nothing);
    });

    it("are bounded", () => {
        const rate = read({ "ratelimit-reset": "999999999999999", "retry-after": "99999999" });
        assert.equal(rate.resetAtMs, NOW_MS + LONGEST_WAIT_MS);
        assert.equal(rate.retryAfterMs, LONGEST_WAIT_MS);
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
    for (const [value, waitMs] of retryAfter) {
        it(`read retry-after ${JSON.stringify(value)} as ${waitMs} ms`, () => {
            assert.equal(parseRetryAfter(value, NOW_MS), waitMs);
        });
    }
});
