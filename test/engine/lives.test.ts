import assert from "node:assert/strict";

import { gte } from "semver";

import type { Engine } from "../../tools/engine/engine.js";
import { FIXED_LIVES } from "../random-stacks/fixed.js";
import { playSideBySide } from "../random-stacks/side-by-side.js";
import { engineFor } from "../support/engine-available.js";
import { TELLS_ALL } from "../support/tells-all.js";

/** How many are played at a time: most of one's time is the engine's start. */
const LANES = 3;
/** Part of the names of the lives to be played. */
const SOME = process.env.TEARDOWN_LIFE ?? "";

describe("the model of the engine", function () {
    this.timeout(900_000);
    let engine: Engine;

    before(async function () {
        engine = await engineFor(this);
        if (process.platform !== "linux") {
            console.log("    left out: processes are found by their environment, which only Linux shows");
            this.skip();
        }
    });

    it("calls the providers as the real engine does", async () => {
        const named = Object.entries(FIXED_LIVES).filter(([name]) => name.includes(SOME));
        const chosen = named.filter(([, { isLeftToCi }]) => TELLS_ALL || SOME !== "" || isLeftToCi !== true);
        const waiting = chosen.filter(([, { since }]) => since === undefined || gte(engine.version, since));
        chosen
            .filter((life) => !waiting.includes(life))
            .forEach(([name]) => console.log(`    left out: ${name}: ${engine.version} stops at the error`));
        const different: string[] = [];
        const lane = async (): Promise<void> => {
            for (let life = waiting.shift(); life !== undefined; life = waiting.shift()) {
                const [name, fixed] = life;
                const found = await playSideBySide(engine, fixed);
                different.push(...(found.length === 0 ? [] : [name, ...found]));
            }
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        assert.equal(different.join("\n"), "");
    });
});
