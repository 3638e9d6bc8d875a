import assert from "node:assert/strict";

import { playRange } from "../random-worlds/play-range.js";
import { NAMED_LIVES } from "./named.js";
import { playLife } from "./play.js";
import { PLAYERS } from "./players.js";
import { withRecordings } from "./recordings.js";

/** More in continuous integration, many more by `npm run soak:lives`; docs/testing.md. */
const LIVES = Number(process.env.TEARDOWN_LIVES ?? "500");
const FIRST = Number(process.env.TEARDOWN_FIRST_LIFE ?? "0");

describe("the life of any stack", function () {
    this.timeout(Math.max(180_000, LIVES * 1_000));

    it(`loses nothing, keeps what is to be kept and comes to its end: lives ${FIRST} to ${FIRST + LIVES - 1}`, async () => {
        const bad: string[] = [];
        const range = { from: FIRST, to: FIRST + LIVES };
        await withRecordings(() => playRange(range, ({ found }) => bad.push(...found), PLAYERS));
        assert.deepEqual(bad, []);
    });
});

describe("a life that showed something once comes to its end, in which", () => {
    for (const { name, life } of NAMED_LIVES) {
        it(name, async () => {
            await playLife(life);
        });
    }
});
