import assert from "node:assert/strict";

import { describeCounterexample } from "./report.js";
import { search } from "./search.js";

/** More in continuous integration, many more by `npm run soak`; docs/testing.md. */
const WORLDS = Number(process.env.TEARDOWN_WORLDS ?? "1000");
const FIRST = Number(process.env.TEARDOWN_FIRST_WORLD ?? "0");

describe("a destroy in any world", function () {
    this.timeout(Math.max(60_000, WORLDS * 100));

    it(`neither loses, lies nor leaks: worlds ${FIRST} to ${FIRST + WORLDS - 1}`, async () => {
        const startedAt = process.cpuUsage();
        const found = await search({ from: FIRST, to: FIRST + WORLDS });
        const { user, system } = process.cpuUsage(startedAt);
        console.log(
            `      ${WORLDS} worlds, ${found.length} violations, ${((user + system) / 1e6).toFixed(1)} s of CPU`,
        );
        assert.deepEqual(found.map(describeCounterexample), []);
    });
});
