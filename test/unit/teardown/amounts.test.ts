import assert from "node:assert/strict";
import * as fc from "fast-check";

import { addMoney, formatDuration, monthly, parseDuration } from "../../../provider/teardown/format.js";

/** An amount as DigitalOcean writes it: whole, with cents, or with up to five digits after the point. */
const amount = fc
    .tuple(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 99_999 }),
    )
    .map(([whole, digits, fraction]) => ({
        text:
            digits === 0
                ? String(whole)
                : `${whole}.${String(fraction % 10 ** digits).padStart(digits, "0")}`,
        units: whole * 100_000 + (fraction % 10 ** digits) * 10 ** (5 - digits),
    }));

describe("money", () => {
    it("adds exactly, whatever the amounts", () => {
        fc.assert(
            fc.property(fc.array(amount, { maxLength: 30 }), (amounts) => {
                const sum = addMoney(amounts.map(({ text }) => text));
                const expected = amounts.reduce((total, { units }) => total + units, 0);
                const [whole = "", fraction = ""] = sum.split(".");
                assert.equal(Number(whole + fraction.padEnd(5, "0")), expected);
            }),
        );
    });

    it("adds in any order to the same", () => {
        fc.assert(
            fc.property(fc.array(amount), (amounts) => {
                const texts = amounts.map(({ text }) => text);
                assert.equal(addMoney(texts), addMoney([...texts].reverse()));
            }),
        );
    });

    const sums: readonly (readonly [(string | null)[], string])[] = [
        [[], "0.00"],
        [["0.1", "0.2"], "0.30"],
        [["5", "10.00"], "15.00"],
        [["0.00893", "0.06"], "0.06893"],
        [[null, "1.5", "not a number", "-3", "1e3"], "1.50"],
        [["0.123456789"], "0.12345678"],
        [["99999999999999999999.99", "0.01"], "100000000000000000000.00"],
    ];
    for (const [amounts, sum] of sums) {
        it(`of ${JSON.stringify(amounts)} is ${sum}`, () => {
            assert.equal(addMoney(amounts), sum);
        });
    }

    it("is written by the month, also where it is not known", () => {
        assert.equal(monthly("10"), "$10.00/month");
        assert.equal(monthly(null), "cost unknown");
    });
});

describe("a duration", () => {
    const good: Readonly<Record<string, number>> = {
        "90s": 90_000,
        "15m": 900_000,
        "1h30m": 5_400_000,
        "1h 30m 5s": 5_405_000,
        " 2m ": 120_000,
        "2h": 7_200_000,
    };
    for (const [text, ms] of Object.entries(good)) {
        it(`is read from "${text}"`, () => {
            assert.equal(parseDuration(text), ms);
        });
    }

    for (const text of [
        "",
        " ",
        "0s",
        "15",
        "m",
        "-5m",
        "1.5h",
        "5m1h",
        "5 minutes",
        "1d",
        `${"9".repeat(20)}h`,
        "15m!",
    ]) {
        it(`is not read from "${text}"`, () => {
            assert.equal(parseDuration(text), null);
        });
    }

    const shown: readonly (readonly [number, string])[] = [
        [0, "0s"],
        [-5, "0s"],
        [499, "0s"],
        [45_000, "45s"],
        [134_000, "2m 14s"],
        [120_000, "2m"],
        [3_900_000, "1h 5m"],
        [3_605_000, "1h"],
        [90_061_000, "25h 1m"],
    ];
    for (const [ms, text] of shown) {
        it(`of ${ms} ms is shown as ${text}`, () => {
            assert.equal(formatDuration(ms), text);
        });
    }
});
