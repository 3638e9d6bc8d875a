import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "../support/engine-available.js";
import { TELLS_ALL } from "../support/tells-all.js";
import { drawWalk } from "../walk/step.js";
import { tell, walk } from "../walk/walk.js";

/** `npm run soak:engine -- --seed 1 --walks 1` runs one of them again, and drops the steps that do not matter. */
const SEEDS = Array.from({ length: TELLS_ALL ? 6 : 1 }, (_, index) => index + 1);
const RUNS = 6;
const LANES = 3;

describe("the life of a stack", function () {
    this.timeout(900_000);
    let engine: Engine;

    before(async function () {
        engine = await engineFor(this);
        if (process.platform !== "linux") {
            console.log("    left out: processes are found by their environment, which only Linux shows");
            this.skip();
        }
    });

    it(`loses nothing and keeps what is to be kept, in ${SEEDS.length} random walks`, async () => {
        const waiting = [...SEEDS];
        const wrong: string[] = [];
        const lane = async (): Promise<void> => {
            for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
                const steps = drawWalk(seed, RUNS);
                const violation = await walk(engine, steps);
                if (violation !== null) {
                    wrong.push(tell(seed, steps, violation));
                }
            }
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        assert.deepEqual(wrong, []);
        console.log(`    seeds ${SEEDS[0]} to ${SEEDS.at(-1)}, ${RUNS} runs of the engine each`);
    });
});
