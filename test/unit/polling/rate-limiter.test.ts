import assert from "node:assert/strict";
import fc from "fast-check";
import { createRateLimiter, shareFrom } from "../../../provider/polling/rate-limiter.js";
import { VirtualClock } from "../../../simulator/index.js";
import { limiterAtZero, GUARD_MS, HOUR_MS, MINUTE_MS } from "../../support/rate-limiter-at-zero.js";

const never = new AbortController().signal;

function maxInAnyMinute(timesMs: readonly number[]): number {
    return Math.max(
        ...timesMs.map((from) => timesMs.filter((at) => at >= from && at < from + MINUTE_MS).length),
    );
}

describe("the rate limiter: the part that is kept for polls", () => {
    it("serves polls while everything else has to wait", async () => {
        const clock = new VirtualClock();
        const limiter = createRateLimiter({ clock, perMinute: 10, keptForPolls: 0.2 });
        const admittedMs: Record<string, number> = {};
        const ask = async (name: string, priority: "change" | "poll"): Promise<void> => {
            await limiter.admit(never, priority);
            admittedMs[name] = clock.monotonicMs();
        };
        const changes = Array.from({ length: 9 }, (_, index) => ask(`change ${index}`, "change"));
        await clock.run(Promise.all([...changes, ask("poll", "poll")]));
        assert.equal(admittedMs.poll, 0);
        assert.equal(admittedMs["change 7"], 0);
        assert.ok((admittedMs["change 8"] ?? 0) >= MINUTE_MS);
    });

    it("leaves the removal of traces to the end", async () => {
        const clock = new VirtualClock();
        const limiter = createRateLimiter({ clock, perMinute: 1 });
        await limiter.admit();
        const order: string[] = [];
        const ask = (priority: "change" | "read" | "poll" | "tidy"): Promise<unknown> =>
            limiter.admit(never, priority).then(() => order.push(priority));
        await clock.run(Promise.all([ask("tidy"), ask("poll"), ask("read"), ask("change")]));
        assert.deepEqual(order, ["change", "read", "poll", "tidy"]);
    });
});

describe("the rate limiter: the minute", () => {
    it("admits a full minute's worth at once, and the next when the first has expired", async () => {
        const { admitMs } = limiterAtZero(3);
        assert.deepEqual(await admitMs(4), [0, 0, 0, MINUTE_MS + GUARD_MS]);
    });

    it("never admits more than the limit in any 60 s, whenever callers come", async () => {
        const gapsMs = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 40 });
        await fc.assert(
            fc.asyncProperty(fc.integer({ min: 1, max: 6 }), gapsMs, async (perMinute, gaps) => {
                const { clock, limiter } = limiterAtZero(perMinute);
                const admitted: number[] = [];
                let arrivesInMs = 0;
                const callers = gaps.map(async (gapMs) => {
                    await clock.sleep((arrivesInMs += gapMs));
                    await limiter.admit();
                    admitted.push(clock.monotonicMs());
                });
                await clock.run(Promise.all(callers));
                assert.equal(admitted.length, gaps.length);
                assert.ok(maxInAnyMinute(admitted) <= perMinute);
                assert.equal(clock.pending, 0);
            }),
            { numRuns: 50 },
        );
    });

    it("does not hold up callers that stay under the limit", async () => {
        const { admitMs } = limiterAtZero(250);
        assert.deepEqual(new Set(await admitMs(250)), new Set([0]));
    });
});

describe("the rate limiter: the queue", () => {
    it("admits in the order of asking", async () => {
        const { clock, limiter } = limiterAtZero(2);
        const order: number[] = [];
        await clock.run(
            Promise.all([1, 2, 3, 4, 5].map((caller) => limiter.admit().then(() => order.push(caller)))),
        );
        assert.deepEqual(order, [1, 2, 3, 4, 5]);
    });

    it("rejects a caller that aborts while it waits, and leaves no timer behind", async () => {
        const { clock, limiter, admitMs } = limiterAtZero(1);
        await admitMs(1);
        const controller = new AbortController();
        const waiting = limiter.admit(controller.signal);
        assert.equal(clock.pending, 1);
        const reason = new Error("enough");
        controller.abort(reason);
        await assert.rejects(waiting, reason);
        assert.equal(clock.pending, 0);
    });

    it("gives the place of a caller that aborted to the next", async () => {
        const { clock, limiter, admitMs, nowMs } = limiterAtZero(1);
        await admitMs(1);
        const controller = new AbortController();
        const first = limiter.admit(controller.signal);
        const second = limiter.admit();
        controller.abort(new Error("enough"));
        await assert.rejects(first);
        await clock.run(second);
        assert.equal(nowMs(), MINUTE_MS + GUARD_MS);
    });

    it("takes nothing from the limiter for a caller that had aborted before it asked", async () => {
        const { limiter, admitMs } = limiterAtZero(1);
        await assert.rejects(limiter.admit(AbortSignal.abort(new Error("enough"))), /enough/);
        assert.deepEqual(await admitMs(1), [0]);
    });

    it("does not heed an abort after the admission", async () => {
        const { limiter, admitMs } = limiterAtZero(2);
        const controller = new AbortController();
        await limiter.admit(controller.signal);
        controller.abort(new Error("too late"));
        assert.deepEqual(await admitMs(1), [0]);
    });

    it("keeps two rate limiters apart", async () => {
        const [one, other] = [limiterAtZero(1), limiterAtZero(1)];
        one.observe({ status: 429, retryAfterMs: 30_000 });
        assert.deepEqual(await other.admitMs(1), [0]);
    });
});

describe("the rate limiter: a 429", () => {
    it("holds everybody until its retry-after is over, and then lets them go one after the other", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429, remaining: 0, resetInMs: HOUR_MS, retryAfterMs: 20_000 });
        assert.deepEqual(await admitMs(3), [20_000, 20_240, 20_480]);
    });

    it("reaches those who are waiting already", async () => {
        const { clock, limiter, observe, admitMs, nowMs } = limiterAtZero(1);
        await admitMs(1);
        const waiting = limiter.admit();
        observe({ status: 429, retryAfterMs: 90_000 });
        await clock.run(waiting);
        assert.equal(nowMs(), 90_000);
    });

    it("is not cut short by a second one with a shorter wait, nor by a good answer that was under way", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429, retryAfterMs: 40_000 });
        observe({ status: 429, retryAfterMs: 5_000 });
        observe({ status: 200, remaining: 4_000, resetInMs: 0 });
        assert.deepEqual(await admitMs(1), [40_000]);
    });

    it("waits for the reset of the hour when there is no retry-after, then feels its way", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429, remaining: 0, resetInMs: 900_000 });
        const [first, second] = await admitMs(2);
        assert.equal(first, 900_000 + GUARD_MS);
        assert.equal(second, first + 5_000);
    });

    it("waits a minute when it says nothing about when", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429 });
        assert.deepEqual(await admitMs(1), [MINUTE_MS + GUARD_MS]);
    });

    it("that says nothing is over with the next answer that says nothing either", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429 });
        const [first = NaN] = await admitMs(1);
        observe({ status: 200 });
        assert.deepEqual(await admitMs(2), [first + 240, first + 480]);
    });

    it("is over with an answer that has much left, also where it names no reset", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429, remaining: 0, resetInMs: 900_000 });
        const [first = NaN] = await admitMs(1);
        observe({ status: 200, remaining: 4_000 });
        assert.deepEqual(await admitMs(2), [first + 240, first + 480]);
    });

    it("of the hour is not over with an answer of a gateway, which says nothing", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 429, remaining: 0, resetInMs: 900_000 });
        const [first = NaN] = await admitMs(1);
        observe({ status: 502 });
        assert.deepEqual(await admitMs(1), [first + 5_000]);
    });

    it("is never followed at once, even if the wait it gives is over or zero", async () => {
        for (const answer of [{ retryAfterMs: 0 }, { retryAfterMs: -5_000 }, { resetInMs: 0 }]) {
            const { observe, admitMs } = limiterAtZero();
            observe({ status: 429, ...answer });
            const [first = 0] = await admitMs(1);
            assert.ok(first >= 1_000, `${JSON.stringify(answer)}: ${first} ms`);
        }
    });
});

describe("the rate limiter: the hour", () => {
    it("waits for the reset when little is left of the hour", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ remaining: 3, resetInMs: 600_000 });
        assert.deepEqual(await admitMs(1), [600_000 + GUARD_MS]);
    });

    it("goes on as soon as an answer shows that there is enough again", async () => {
        const { clock, limiter, observe, nowMs } = limiterAtZero();
        observe({ remaining: 3, resetInMs: 600_000 });
        const waiting = limiter.admit();
        await clock.run(clock.sleep(1_000));
        observe({ remaining: 300, resetInMs: 600_000 });
        await clock.run(waiting);
        assert.equal(nowMs(), 1_000);
        assert.equal(clock.pending, 0);
    });

    it("takes a sudden 0 for the minute's first, and for the hour's when it stays", async () => {
        const { observe, admitMs, nowMs } = limiterAtZero();
        observe({ remaining: 0, resetInMs: 1_800_000 });
        assert.deepEqual(await admitMs(1), [MINUTE_MS + GUARD_MS]);
        observe({ remaining: 0, resetInMs: 1_800_000 - nowMs() });
        assert.deepEqual(await admitMs(1), [1_800_000 + GUARD_MS]);
    });

    it("is not slowed down by answers without these headers", async () => {
        const { observe, admitMs } = limiterAtZero();
        observe({ status: 502 });
        observe({ remaining: 0 });
        observe({ resetInMs: 0 });
        assert.deepEqual(await admitMs(2), [0, 0]);
    });

    it("never waits much longer than an hour, whatever the server says", async () => {
        const delay = fc.oneof(fc.constantFrom(Infinity, Number.MAX_VALUE, NaN, 2 ** 31), fc.double());
        const maybe = fc.option(delay);
        await fc.assert(
            fc.asyncProperty(fc.constantFrom(200, 429), maybe, maybe, maybe, async (status, ...values) => {
                const [remaining, resetInMs, retryAfterMs] = values;
                const { observe, admitMs, clock } = limiterAtZero();
                observe({ status, remaining, resetInMs, retryAfterMs });
                const [first = NaN] = await admitMs(1);
                assert.ok(first <= HOUR_MS + MINUTE_MS, `${first} ms`);
                assert.equal(clock.pending, 0);
            }),
        );
    });
});

describe("the share of the rate limit", () => {
    const share = (text: string): number =>
        shareFrom((name) => (name === "DROPLET_TEARDOWN_SHARE" ? text : undefined));

    it("is what the environment says, from a tenth to all of it", () => {
        assert.deepEqual(["1", "0.5", ".25", " 0.1 "].map(share), [1, 0.5, 0.25, 0.1]);
    });

    it("is four fifths where that cannot be read", () => {
        assert.deepEqual(["", "0", "1.5", "80%", "-1", "."].map(share), [0.8, 0.8, 0.8, 0.8, 0.8, 0.8]);
    });
});
