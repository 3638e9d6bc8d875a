import assert from "node:assert/strict";

import { playRange } from "./play-range.js";

/** More in continuous integration, many more by `npm run soak`; docs/testing.md. */
const WORLDS = Number(process.env.TEARDOWN_WORLDS ?? "100");
const FIRST = Number(process.env.TEARDOWN_FIRST_WORLD ?? "0");

describe("a destroy in any world", function () {
    this.timeout(Math.max(180_000, WORLDS * 500));

    it(`neither loses, lies nor leaks: worlds ${FIRST} to ${FIRST + WORLDS - 1}`, async () => {
        const startedAtMs = performance.now();
        const counterexamples: string[] = [];
        await playRange({ from: FIRST, to: FIRST + WORLDS }, ({ found }) => counterexamples.push(...found));
        const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
        console.log(`      ${WORLDS} worlds, ${counterexamples.length} violations, ${seconds} s`);
        assert.deepEqual(counterexamples, []);
    });
});
