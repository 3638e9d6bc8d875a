import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_INTERVAL_MS, nextLookAtMs } from "../../provider/polling/interval.js";

const ACCEPTED_AT_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

function intervalAfter(ageMs: number): number {
    const lastSentAtMs = ACCEPTED_AT_MS + ageMs;
    return nextLookAtMs({ acceptedAtMs: ACCEPTED_AT_MS, lastSentAtMs }) - lastSentAtMs;
}

function agesOfLooks(count: number): number[] {
    const ages: number[] = [];
    let lastSentAtMs: number | null = null;
    while (ages.length < count) {
        lastSentAtMs = nextLookAtMs({ acceptedAtMs: ACCEPTED_AT_MS, lastSentAtMs });
        ages.push(lastSentAtMs - ACCEPTED_AT_MS);
    }
    return ages;
}

describe("the polling interval", () => {
    it("leaves a new destroy alone for a few seconds, then has one early look before the regular ones", () => {
        const [first = 0, second = 0, third = 0] = agesOfLooks(3);
        assert.ok(first > 4_000 && first < 6_000, `first look at ${first} ms`);
        assert.ok(second > first && second < 8_000, `second look at ${second} ms`);
        assert.ok(
            third - second < second - first,
            "the regular rhythm begins closer than the early looks are",
        );
    });

    it("never gets shorter once the early looks are over", () => {
        const ageMs = fc.double({ min: 6_900, max: 7 * DAY_MS, noNaN: true });
        fc.assert(
            fc.property(ageMs, ageMs, (one, other) => {
                const [younger, older] = [Math.min(one, other), Math.max(one, other)];
                // Epoch milliseconds in a double carry about 0.0003 ms.
                assert.ok(intervalAfter(younger) <= intervalAfter(older) + 0.001);
            }),
        );
    });

    it("is between half a second and its longest for every age after the first look", () => {
        fc.assert(
            fc.property(fc.double({ min: 4_800, max: 365 * DAY_MS, noNaN: true }), (ageMs) => {
                const intervalMs = intervalAfter(ageMs);
                assert.ok(intervalMs > 500 && intervalMs <= LONGEST_INTERVAL_MS + 0.001, `${intervalMs} ms`);
            }),
        );
    });

    it("joins the planned looks when a destroy was looked at before the first of them", () => {
        const [first] = agesOfLooks(1);
        assert.equal(1_000 + intervalAfter(1_000), first);
    });

    it("does not wait longer because the clock was set back", () => {
        assert.equal(intervalAfter(-DAY_MS), intervalAfter(0));
    });

    it("stays under half a request a second in the long run of a five-minute destroy", () => {
        const looks = agesOfLooks(200).filter((ageMs) => ageMs < 300_000).length;
        assert.ok(looks < 150, `${looks} looks`);
    });
});
