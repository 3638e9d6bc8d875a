import assert from "node:assert/strict";
import fc from "fast-check";
import { createRateBudget, shareFrom } from "../../provider/polling/budget.js";
import { VirtualClock } from "../../simulator/clock.js";
import { budgetAtZero, GUARD_MS, HOUR_MS, MINUTE_MS } from "../support/budget-at-zero.js";

const never = new AbortController().signal;

function mostInAnyMinute(timesMs: readonly number[]): number {
    return Math.max(
        ...timesMs.map((from) => timesMs.filter((at) => at >= from && at < from + MINUTE_MS).length),
    );
}

describe("the rate budget: the part that is kept for looks", () => {
    it("serves looks while everything else has to wait", async () => {
        const clock = new VirtualClock();
        const budget = createRateBudget({ clock, perMinute: 10, keptForLooks: 0.2 });
        const admittedMs: Record<string, number> = {};
        const ask = async (name: string, urgency: "change" | "look"): Promise<void> => {
            await budget.admit(never, urgency);
            admittedMs[name] = clock.monotonicMs();
        };
        const changes = Array.from({ length: 9 }, (_, index) => ask(`change ${index}`, "change"));
        await clock.run(Promise.all([...changes, ask("look", "look")]));
        assert.equal(admittedMs.look, 0);
        assert.equal(admittedMs["change 7"], 0);
        assert.ok((admittedMs["change 8"] ?? 0) >= MINUTE_MS);
    });

    it("leaves the removal of traces to the end", async () => {
        const clock = new VirtualClock();
        const budget = createRateBudget({ clock, perMinute: 1 });
        await budget.admit();
        const order: string[] = [];
        const ask = (urgency: "change" | "read" | "look" | "tidy"): Promise<unknown> =>
            budget.admit(never, urgency).then(() => order.push(urgency));
        await clock.run(Promise.all([ask("tidy"), ask("look"), ask("read"), ask("change")]));
        assert.deepEqual(order, ["change", "read", "look", "tidy"]);
    });
});

describe("the rate budget: the minute", () => {
    it("admits a full minute's worth at once, and the next when the first has expired", async () => {
        const { admitMs } = budgetAtZero(3);
        assert.deepEqual(await admitMs(4), [0, 0, 0, MINUTE_MS + GUARD_MS]);
    });

    it("never admits more than the limit in any 60 s, whenever callers come", async () => {
        const gapsMs = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 40 });
        await fc.assert(
            fc.asyncProperty(fc.integer({ min: 1, max: 6 }), gapsMs, async (perMinute, gaps) => {
                const { clock, budget } = budgetAtZero(perMinute);
                const admitted: number[] = [];
                let arrivesInMs = 0;
                const callers = gaps.map(async (gapMs) => {
                    await clock.sleep((arrivesInMs += gapMs));
                    await budget.admit();
                    admitted.push(clock.monotonicMs());
                });
                await clock.run(Promise.all(callers));
                assert.equal(admitted.length, gaps.length);
                assert.ok(mostInAnyMinute(admitted) <= perMinute);
                assert.equal(clock.pending, 0);
            }),
            { numRuns: 50 },
        );
    });

    it("does not hold up callers that stay under the limit", async () => {
        const { admitMs } = budgetAtZero(250);
        assert.deepEqual(new Set(await admitMs(250)), new Set([0]));
    });
});

describe("the rate budget: the queue", () => {
    it("admits in the order of asking", async () => {
        const { clock, budget } = budgetAtZero(2);
        const order: number[] = [];
        await clock.run(
            Promise.all([1, 2, 3, 4, 5].map((caller) => budget.admit().then(() => order.push(caller)))),
        );
        assert.deepEqual(order, [1, 2, 3, 4, 5]);
    });

    it("rejects a caller that aborts while it waits, and leaves no timer behind", async () => {
        const { clock, budget, admitMs } = budgetAtZero(1);
        await admitMs(1);
        const controller = new AbortController();
        const waiting = budget.admit(controller.signal);
        assert.equal(clock.pending, 1);
        const reason = new Error("enough");
        controller.abort(reason);
        await assert.rejects(waiting, reason);
        assert.equal(clock.pending, 0);
    });

    it("gives the place of a caller that aborted to the next", async () => {
        const { clock, budget, admitMs, nowMs } = budgetAtZero(1);
        await admitMs(1);
        const controller = new AbortController();
        const first = budget.admit(controller.signal);
        const second = budget.admit();
        controller.abort(new Error("enough"));
        await assert.rejects(first);
        await clock.run(second);
        assert.equal(nowMs(), MINUTE_MS + GUARD_MS);
    });

    it("takes nothing from the budget for a caller that had aborted before it asked", async () => {
        const { budget, admitMs } = budgetAtZero(1);
        await assert.rejects(budget.admit(AbortSignal.abort(new Error("enough"))), /enough/);
        assert.deepEqual(await admitMs(1), [0]);
    });

    it("does not heed an abort after the admission", async () => {
        const { budget, admitMs } = budgetAtZero(2);
        const controller = new AbortController();
        await budget.admit(controller.signal);
        controller.abort(new Error("too late"));
        assert.deepEqual(await admitMs(1), [0]);
    });

    it("keeps two budgets apart", async () => {
        const [one, other] = [budgetAtZero(1), budgetAtZero(1)];
        one.observe({ status: 429, retryAfterMs: 30_000 });
        assert.deepEqual(await other.admitMs(1), [0]);
    });
});

describe("the rate budget: a 429", () => {
    it("holds everybody until its retry-after is over, and then lets them go one after the other", async () => {
        const { observe, admitMs } = budgetAtZero();
        observe({ status: 429, remaining: 0, resetInMs: HOUR_MS, retryAfterMs: 20_000 });
        assert.deepEqual(await admitMs(3), [20_000, 20_240, 20_480]);
    });

    it("reaches those who are waiting already", async () => {
        const { clock, budget, observe, admitMs, nowMs } = budgetAtZero(1);
        await admitMs(1);
        const waiting = budget.admit();
        observe({ status: 429, retryAfterMs: 90_000 });
        await clock.run(waiting);
        assert.equal(nowMs(), 90_000);
    });

    it("is not cut short by a second one with a shorter wait, nor by a good answer that was under way", async () => {
        const { observe, admitMs } = budgetAtZero();
        observe({ status: 429, retryAfterMs: 40_000 });
        observe({ status: 429, retryAfterMs: 5_000 });
        observe({ status: 200, remaining: 4_000, resetInMs: 0 });
        assert.deepEqual(await admitMs(1), [40_000]);
    });

    it("waits for the reset of the hour when there is no retry-after, then feels its way", async () => {
        const { observe, admitMs } = budgetAtZero();
        observe({ status: 429, remaining: 0, resetInMs: 900_000 });
        const [first, second] = await admitMs(2);
        assert.equal(first, 900_000 + GUARD_MS);
        assert.equal(second, first + 5_000);
    });

    it("waits a minute when it says nothing about when", async () => {
        const { observe, admitMs } = budgetAtZero();
        observe({ status: 429 });
        assert.deepEqual(await admitMs(1), [MINUTE_MS + GUARD_MS]);
    });

    it("is never followed at once, even if the wait it gives is over or zero", async () => {
        for (const answer of [{ retryAfterMs: 0 }, { retryAfterMs: -5_000 }, { resetInMs: 0 }]) {
            const { observe, admitMs } = budgetAtZero();
            observe({ status: 429, ...answer });
            const [first = 0] = await admitMs(1);
            assert.ok(first >= 1_000, `${JSON.stringify(answer)}: ${first} ms`);
        }
    });
});

describe("the rate budget: the hour", () => {
    it("waits for the reset when little is left of the hour", async () => {
        const { observe, admitMs } = budgetAtZero();
        observe({ remaining: 3, resetInMs: 600_000 });
        assert.deepEqual(await admitMs(1), [600_000 + GUARD_MS]);
    });

    it("goes on as soon as an answer shows that there is enough again", async () => {
        const { clock, budget, observe, nowMs } = budgetAtZero();
        observe({ remaining: 3, resetInMs: 600_000 });
        const waiting = budget.admit();
        await clock.run(clock.sleep(1_000));
        observe({ remaining: 300, resetInMs: 600_000 });
        await clock.run(waiting);
        assert.equal(nowMs(), 1_000);
        assert.equal(clock.pending, 0);
    });

    it("takes a sudden 0 for the minute's first, and for the hour's when it stays", async () => {
        const { observe, admitMs, nowMs } = budgetAtZero();
        observe({ remaining: 0, resetInMs: 1_800_000 });
        assert.deepEqual(await admitMs(1), [MINUTE_MS + GUARD_MS]);
        observe({ remaining: 0, resetInMs: 1_800_000 - nowMs() });
        assert.deepEqual(await admitMs(1), [1_800_000 + GUARD_MS]);
    });

    it("is not slowed down by answers without these headers", async () => {
        const { observe, admitMs } = budgetAtZero();
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
                const { observe, admitMs, clock } = budgetAtZero();
                observe({ status, remaining, resetInMs, retryAfterMs });
                const [first = NaN] = await admitMs(1);
                assert.ok(first <= HOUR_MS + MINUTE_MS, `${first} ms`);
                assert.equal(clock.pending, 0);
            }),
        );
    });
});

describe("the share of the budget", () => {
    const share = (text: string): number =>
        shareFrom((name) => (name === "DROPLET_TEARDOWN_SHARE" ? text : undefined));

    it("is what the environment says, from a tenth to all of it", () => {
        assert.deepEqual(["1", "0.5", ".25", " 0.1 "].map(share), [1, 0.5, 0.25, 0.1]);
    });

    it("is four fifths where that cannot be read", () => {
        assert.deepEqual(["", "0", "1.5", "80%", "-1", "."].map(share), [0.8, 0.8, 0.8, 0.8, 0.8, 0.8]);
    });
});
