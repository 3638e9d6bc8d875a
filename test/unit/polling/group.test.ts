import assert from "node:assert/strict";
import fc from "fast-check";
import { OperationRateLimiter, type RateAnswer } from "../../../provider/polling/admission.js";
import { createRateLimiter } from "../../../provider/polling/rate-limiter.js";
import { VirtualClock } from "../../../simulator/index.js";
import { createTestSimulator } from "../../support/simulated.js";
import {
    ANSWERED_MS,
    limiterAtZero,
    GUARD_MS,
    HOUR_MS,
    MINUTE_MS,
} from "../../support/rate-limiter-at-zero.js";

const never = new AbortController().signal;

describe("the rate limiter: a group", () => {
    it("waits once, for all of its requests", async () => {
        const { clock, limiter, admitMs, nowMs } = limiterAtZero(6);
        await admitMs(3);
        await clock.run(clock.sleep(10_000));
        const work = limiter.admitGroup(4).then(async (group) => {
            const admitted: number[] = [];
            for (let request = 0; request < 4; request += 1) {
                await group.admit();
                admitted.push(nowMs());
                await clock.sleep(100);
                group.observe(null);
            }
            group.release();
            return admitted;
        });
        const others = Array.from({ length: 6 }, () => limiter.admit());
        const from = MINUTE_MS + GUARD_MS;
        assert.deepEqual(await clock.run(work), [from, from + 100, from + 200, from + 300]);
        await clock.run(Promise.all(others));
    });

    it("holds nobody up where there is room", async () => {
        const { clock, limiter, admitMs } = limiterAtZero(10);
        await clock.run(limiter.admitGroup(4));
        assert.deepEqual(await admitMs(6), [0, 0, 0, 0, 0, 0]);
    });

    it("gives back what it does not use", async () => {
        const { clock, limiter, admitMs } = limiterAtZero(4);
        const group = await clock.run(limiter.admitGroup(4));
        await group.admit();
        group.observe(null);
        group.release();
        group.release();
        assert.deepEqual(await admitMs(4), [0, 0, 0, ANSWERED_MS]);
    });

    it("gives back everything where nothing was sent, also the place among those under way", async () => {
        const clock = new VirtualClock();
        const limiter = createRateLimiter({ clock, perMinute: 4, maxInFlight: 1 });
        (await clock.run(limiter.admitGroup(4))).release();
        await clock.run(limiter.admit());
        assert.equal(clock.monotonicMs(), 0);
    });

    it("lets further requests wait like any other", async () => {
        const { clock, limiter, nowMs } = limiterAtZero(2);
        const group = await clock.run(limiter.admitGroup(2));
        await group.admit();
        await group.admit();
        await clock.run(group.admit());
        assert.equal(nowMs(), MINUTE_MS + GUARD_MS);
    });

    it("waits like any other once the API has refused a request, whosever it was", async () => {
        const { clock, limiter, observe, nowMs } = limiterAtZero();
        const group = await clock.run(limiter.admitGroup(3));
        await group.admit();
        observe({ status: 429, retryAfterMs: 20_000 });
        await clock.run(group.admit());
        assert.equal(nowMs(), 20_000);
        group.release();
    });

    it("leaves the queue when it is aborted there, and sends nothing when it is aborted later", async () => {
        const { clock, limiter, admitMs } = limiterAtZero(4);
        await admitMs(1);
        const abort = new AbortController();
        const waiting = limiter.admitGroup(4, abort.signal);
        abort.abort(new Error("enough"));
        await assert.rejects(waiting, /enough/);
        assert.equal(clock.pending, 0);
        const group = await clock.run(limiter.admitGroup(3));
        await assert.rejects(group.admit(abort.signal), /enough/);
        group.release();
        assert.deepEqual(await admitMs(3), [0, 0, 0]);
    });

    it("passes even where it is larger than the minute", async () => {
        const { clock, limiter, admitMs, nowMs } = limiterAtZero(2);
        await admitMs(1);
        await clock.run(limiter.admitGroup(4));
        assert.equal(nowMs(), MINUTE_MS + GUARD_MS);
    });

    it("of four requests, five hundred times at once, meets no 429 and waits for nothing inside", async () => {
        const clock = new VirtualClock();
        const limiter = createRateLimiter({ clock, share: 1, maxInFlight: 12 });
        const { fetch } = createTestSimulator({ clock });
        const random = fc.sample(fc.integer({ min: 50, max: 400 }), { numRuns: 4_000, seed: 1 });
        const arrivals: number[] = [];
        let longestInsideMs = 0;
        const send = async (admit: () => Promise<void>, observe: (answer: RateAnswer) => void) => {
            const askedMs = clock.monotonicMs();
            await admit();
            longestInsideMs = Math.max(longestInsideMs, clock.monotonicMs() - askedMs);
            await clock.sleep(random.pop() ?? 100);
            arrivals.push(clock.monotonicMs());
            const headers = { authorization: `Bearer dop_v1_${"a".repeat(64)}` };
            const answer = await fetch("http://api.example/v2/account", { headers });
            await clock.sleep(random.pop() ?? 100);
            const remaining = Number(answer.headers.get("ratelimit-remaining"));
            observe({ status: answer.status, remaining, resetInMs: HOUR_MS, retryAfterMs: null });
        };
        const one = async (): Promise<void> => {
            const group = await limiter.admitGroup(4);
            for (let request = 0; request < 4; request += 1) {
                await send(
                    () => group.admit(),
                    (answer) => group.observe(answer),
                );
            }
            group.release();
        };
        await clock.run(Promise.all(Array.from({ length: 500 }, one)));
        assert.equal(arrivals.length, 2_000);
        assert.equal(longestInsideMs, 0);
        assert.ok(clock.monotonicMs() < 9 * MINUTE_MS, `${clock.monotonicMs()} ms`);
    });
});

describe("the limiter of one operation", () => {
    it("admits what belongs together at once, and everything else by itself", async () => {
        const { clock, limiter, nowMs } = limiterAtZero(3);
        const own = new OperationRateLimiter(limiter);
        await clock.run(own.admit());
        own.observe(null);
        const together = async (): Promise<boolean> => {
            await own.open(3, never);
            const begunMs = nowMs();
            await own.admit();
            await own.admit();
            own.close();
            return begunMs === nowMs();
        };
        const group = together();
        const other = limiter.admit();
        assert.equal(await clock.run(group), true);
        await clock.run(other);
        assert.equal(nowMs(), ANSWERED_MS, "the third was given back");
        own.observe(null);
        own.observe(null);
        await clock.run(own.admit());
    });
});
