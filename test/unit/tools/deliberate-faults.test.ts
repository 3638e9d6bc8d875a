import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { LIFE_MUTATIONS } from "../../random-stacks/mutations.js";
import { MUTATIONS } from "../../random-worlds/mutations.js";

const COMPILED = join(__dirname, "..", "..", "..");

describe("the code that deliberate faults change", () => {
    for (const { name, file, text } of [...MUTATIONS, ...LIFE_MUTATIONS]) {
        it(`stands there exactly once: ${name}`, () => {
            const times = readFileSync(join(COMPILED, file), "utf8").split(text).length - 1;
            assert.equal(times, 1, `in ${file}: ${text}`);
        });
    }
});
