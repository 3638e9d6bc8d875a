import assert from "node:assert/strict";
import fc from "fast-check";
import { Hazard, type Left, MAX_INTERVAL_MS, nextPollAtMs } from "../../../provider/polling/poll.js";

const ACCEPTED_AT_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

function intervalAfter(ageMs: number, left: Left = "unknown", hazard = new Hazard()): number {
    const lastSentAtMs = ACCEPTED_AT_MS + ageMs;
    return nextPollAtMs({ acceptedAtMs: ACCEPTED_AT_MS, lastSentAtMs }, left, hazard) - lastSentAtMs;
}

function agesOfLooks(count: number): number[] {
    const hazard = new Hazard();
    const ages: number[] = [];
    let lastSentAtMs: number | null = null;
    while (ages.length < count) {
        lastSentAtMs = nextPollAtMs({ acceptedAtMs: ACCEPTED_AT_MS, lastSentAtMs }, "unknown", hazard);
        ages.push(lastSentAtMs - ACCEPTED_AT_MS);
    }
    return ages;
}

describe("the polling interval", () => {
    it("leaves a new destroy alone for a few seconds", () => {
        const [first = 0] = agesOfLooks(1);
        assert.ok(first > 4_000 && first < 7_000, `first look at ${first} ms`);
    });

    it("is shortest where most destroys end, and relaxes afterwards", () => {
        assert.ok(intervalAfter(20_000) < intervalAfter(5_000));
        assert.ok(intervalAfter(20_000) < 1_500);
        assert.ok(intervalAfter(120_000) > 1.5 * intervalAfter(20_000));
        assert.ok(intervalAfter(600_000) > intervalAfter(120_000));
    });

    it("is between half a second and its longest at every age", () => {
        fc.assert(
            fc.property(fc.double({ min: 0, max: 365 * DAY_MS, noNaN: true }), (ageMs) => {
                const intervalMs = intervalAfter(ageMs);
                assert.ok(intervalMs > 500 && intervalMs <= MAX_INTERVAL_MS + 1, `${intervalMs} ms`);
            }),
        );
    });

    it("relaxes while resources are left, and tightens when only the droplet is", () => {
        for (const ageMs of [8_000, 20_000, 60_000]) {
            assert.ok(intervalAfter(ageMs, "some") > 1.3 * intervalAfter(ageMs), `${ageMs} ms`);
            assert.ok(intervalAfter(ageMs, "droplet") < intervalAfter(ageMs), `${ageMs} ms`);
        }
    });

    it("follows what this process has seen", () => {
        const hazard = new Hazard();
        const before = intervalAfter(60_000, "unknown", hazard);
        for (let seen = 0; seen < 50; seen++) {
            hazard.survived(0, 62_000);
            hazard.ended(62_000);
        }
        assert.ok(intervalAfter(60_000, "unknown", hazard) < 0.8 * before);
        assert.ok(intervalAfter(20_000, "unknown", hazard) > 1.3 * intervalAfter(20_000));
    });

    it("does not wait longer because the clock was set back", () => {
        assert.equal(intervalAfter(-DAY_MS), intervalAfter(0));
    });
});

describe("the hazard of finishing", () => {
    const hazard = new Hazard();
    const age = fc.double({ min: 0, max: DAY_MS, noNaN: true });

    it("is positive and finite at every age", () => {
        fc.assert(
            fc.property(age, (ageMs) => {
                const perMs = hazard.perMs(ageMs);
                assert.ok(perMs > 0 && perMs < 0.001, `${perMs} at ${ageMs} ms`);
            }),
        );
    });

    it("makes a later look cost more, from any age", () => {
        fc.assert(
            fc.property(age, age, age, (fromMs, one, other) => {
                const [sooner, later] = [Math.min(one, other), Math.max(one, other)];
                const cost = (ms: number): number => hazard.unnoticedMs(fromMs, fromMs + ms);
                assert.ok(cost(sooner) <= cost(later) * (1 + 1e-6) + 1e-3);
            }),
        );
    });

    it("adds up to half of the square of an interval where it is constant", () => {
        // Between two edges, 20.2 s and 23.2 s after the beginning.
        const cost = hazard.unnoticedMs(21_000, 22_000);
        const expected = (hazard.perMs(21_500) * 1_000 ** 2) / 2;
        assert.ok(Math.abs(cost - expected) < expected * 0.1, `${cost} and ${expected}`);
    });
});
