import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAge } from "../../../provider/teardown/format.js";
import {
    type Droplet,
    expiryTag,
    findStack,
    readExpiry,
    type Sweep,
    whyOutside,
} from "../../../provider/teardown/model.js";
import { WEB } from "../../support/told.js";

const NOW_MS = Date.UTC(2026, 11, 1);
const MINUTE_MS = 60_000;
const times = fc.integer({ min: Date.UTC(2001, 9, 1), max: Date.UTC(2200, 0, 1) });

function tagged(...tags: readonly string[]): Droplet {
    return { ...WEB, tags };
}

function sweep(parts: Partial<Sweep>): Sweep {
    return { expiredBy: null, createdBefore: null, includeStacks: false, ...parts };
}

describe("an expiry tag", () => {
    it("says the second that it was written for, and never an earlier time", () => {
        fc.assert(
            fc.property(times, (atMs) => {
                const expiry = readExpiry(tagged("web", expiryTag(atMs)));
                assert.ok(expiry.is === "known");
                assert.ok(expiry.atMs >= atMs && expiry.atMs < atMs + 1_000);
            }),
        );
    });

    it("is read whatever its case", () => {
        assert.equal(readExpiry(tagged("TEARDOWN-Until-1764547200")).is, "known");
    });

    it("says no time when it is no whole number of ten digits", () => {
        for (const end of [
            "",
            "7d",
            "30",
            "2026-12-01",
            "1764547200000",
            "0764547200",
            "1764547200 ",
            "-764547200",
            "1e9",
        ]) {
            assert.equal(readExpiry(tagged(`teardown-until-${end}`)).is, "unreadable", end);
        }
    });

    it("counts as the last of several, whatever their order", () => {
        fc.assert(
            fc.property(fc.uniqueArray(times, { minLength: 1, maxLength: 5 }), (all) => {
                const expiry = readExpiry(tagged(...all.map(expiryTag)));
                assert.ok(expiry.is === "known" && expiry.atMs >= Math.max(...all));
            }),
        );
    });

    it("says nothing beside one that cannot be read", () => {
        assert.equal(readExpiry(tagged(expiryTag(0), "teardown-until-next-week")).is, "unreadable");
    });

    it("is no other tag of a teardown", () => {
        assert.equal(
            readExpiry(tagged("teardown:shop:dev", "teardown-0123456789abcdef", "until-1764547200")).is,
            "none",
        );
    });
});

describe("a sweep", () => {
    it("takes exactly what has expired before its time", () => {
        fc.assert(
            fc.property(fc.integer({ min: -20 * MINUTE_MS, max: 20 * MINUTE_MS }), (awayMs) => {
                const atMs = NOW_MS + Math.round(awayMs / 1_000) * 1_000;
                const outside = whyOutside(sweep({ expiredBy: NOW_MS }), tagged(expiryTag(atMs)));
                assert.equal(outside?.is ?? null, atMs < NOW_MS ? null : "not-expired");
            }),
        );
    });

    it("takes nothing whose tag is missing or says no time", () => {
        const expired = sweep({ expiredBy: NOW_MS });
        assert.equal(whyOutside(expired, tagged("web"))?.is, "without-expiry");
        assert.equal(whyOutside(expired, tagged("teardown-until-1d"))?.is, "unreadable");
    });

    it("takes only what is known to be older", () => {
        const day = sweep({ createdBefore: NOW_MS });
        assert.equal(whyOutside(day, { ...WEB, createdAt: "2026-11-30T23:59:59Z" }), null);
        assert.equal(whyOutside(day, { ...WEB, createdAt: "2026-12-01T00:00:00Z" })?.is, "younger");
        assert.equal(whyOutside(day, { ...WEB, createdAt: null })?.is, "age-unknown");
    });

    it("takes only what meets both conditions", () => {
        const both = sweep({ expiredBy: NOW_MS, createdBefore: NOW_MS });
        const expired = tagged(expiryTag(NOW_MS - MINUTE_MS));
        assert.equal(whyOutside(both, { ...expired, createdAt: "2026-11-01T00:00:00Z" }), null);
        assert.equal(whyOutside(both, { ...expired, createdAt: "2026-12-24T00:00:00Z" })?.is, "younger");
        assert.equal(whyOutside(both, { ...WEB, createdAt: "2026-11-01T00:00:00Z" })?.is, "without-expiry");
    });
});

describe("the stack of a Droplet", () => {
    it("is the one that its readable tag names", () => {
        assert.equal(findStack(tagged("web", "Teardown:Shop:Dev")), "Shop/Dev");
        assert.equal(findStack(tagged("teardown-0123456789abcdef", "teardown:shop")), null);
    });
});

describe("an age", () => {
    it("is a whole number of minutes, hours, days or weeks", () => {
        assert.deepEqual(
            ["90m", "48h", "7d", " 2w "].map(parseAge),
            [5_400_000, 172_800_000, 604_800_000, 1_209_600_000],
        );
        assert.deepEqual(
            ["", "7", "d", "1.5d", "-1d", "7 days", "1d12h", "12345678h"].filter(
                (text) => parseAge(text) !== null,
            ),
            [],
        );
    });
});
