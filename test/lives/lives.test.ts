import assert from "node:assert/strict";

import { playRange } from "../search/play-range.js";
import { withRecordings } from "./recordings.js";

/** More in continuous integration, many more by `npm run soak:lives`; docs/testing.md. */
const LIVES = Number(process.env.TEARDOWN_LIVES ?? "60");
const FIRST = Number(process.env.TEARDOWN_FIRST_LIFE ?? "0");

describe("the life of any stack", function () {
    this.timeout(Math.max(180_000, LIVES * 1_000));

    it(`loses nothing, keeps what is to be kept and comes to its end: lives ${FIRST} to ${FIRST + LIVES - 1}`, async () => {
        const bad: string[] = [];
        const worker = require.resolve("./soak-worker.js");
        const range = { from: FIRST, to: FIRST + LIVES };
        await withRecordings(() => playRange(range, ({ found }) => bad.push(...found), undefined, worker));
        assert.deepEqual(bad, []);
    });
});
