import assert from "node:assert/strict";

import { engineFor } from "../support/engine-available.js";
import { TELLS_ALL } from "../support/tells-all.js";
import { allCells, countEnds, crashAt, type Ending } from "../walk/crashes.js";

/**
 * Of all boundaries with all crashes, one in so many is tried here; `npm run soak:engine -- --crashes` tries all, with
 * `--plugin` those of the plugin.
 */
const STRIDES = { package: TELLS_ALL ? 3 : 18, plugin: TELLS_ALL ? 4 : 36 } as const;

for (const frontEnd of ["package", "plugin"] as const) {
    describe(`a destroy by the ${frontEnd} that is disturbed after a request`, function () {
        this.timeout(600_000);
        let endings: Ending[] = [];

        before(async function () {
            const engine = await engineFor(this);
            if (process.platform !== "linux") {
                console.log("    left out: processes are found by their environment, which only Linux shows");
                this.skip();
            }
            const cells = await allCells(engine, frontEnd);
            endings = await crashAt(
                engine,
                cells.filter((_cell, index) => index % STRIDES[frontEnd] === 0),
                frontEnd,
            );
            console.log(`    ${endings.length} of ${cells.length} tried`);
            countEnds(endings).forEach((line) => console.log(`    ${line}`));
        });

        it("leaves nothing, or is followed by one that leaves nothing, wherever that was", () => {
            assert.ok(endings.length > 0);
            assert.deepEqual(
                endings.filter(({ end }) => end === "refused"),
                [],
            );
        });

        it("goes on by itself where only a connection or an answer is lost", () => {
            const lost = endings.filter(
                ({ crash }) => crash === "connection cut" || crash === "answer never comes",
            );
            assert.deepEqual(
                lost.filter(({ end }) => end !== "gone at once"),
                [],
            );
        });
    });
}
