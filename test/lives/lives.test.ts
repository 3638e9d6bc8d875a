import assert from "node:assert/strict";

import { playRange } from "../search/play-range.js";
import { FOUND_LIVES } from "./found.js";
import { playLife } from "./play.js";
import { PLAYERS } from "./players.js";
import { withRecordings } from "./recordings.js";

/** More in continuous integration, many more by `npm run soak:lives`; docs/testing.md. */
const LIVES = Number(process.env.TEARDOWN_LIVES ?? "500");
const FIRST = Number(process.env.TEARDOWN_FIRST_LIFE ?? "0");

const QUIET = {
    ...{ roundTripMs: 150, destroyDurationMs: 4_000, deleteDelayMs: 1_000 },
    ...{ tagListDelayMs: 0, statusDelayMs: 0, pendingEvents: false, maxPageSize: 200 },
    ...{ minuteLimit: 100_000, hourlyLimit: 100_000 },
};

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
    for (const [name, { number, steps }] of Object.entries(FOUND_LIVES)) {
        it(`${name} (life ${number})`, async () => {
            await playLife({ settings: QUIET, engine: "today", choice: "keep", steps });
        });
    }
});
