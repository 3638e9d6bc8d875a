import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import { STATE_VERSION } from "../../provider/stored/state.js";
import { fixturePath, readFixture } from "./fixtures.js";
import { toShape } from "./shape.js";
import { WRITERS } from "./story.js";

/** Writes the state of this version; one that is there already keeps its shape for ever. */
async function main(): Promise<void> {
    for (const [writer, Story] of Object.entries(WRITERS)) {
        const name = `${writer}-${STATE_VERSION}`;
        const states = await new Story().states();
        if (existsSync(fixturePath(name))) {
            const written = toShape(await readFixture(name));
            assert.deepEqual(toShape(states), written, "the shape has changed: raise STATE_VERSION first");
        }
        await writeFile(fixturePath(name), `${JSON.stringify(states, null, 4)}\n`);
    }
}

void main();
