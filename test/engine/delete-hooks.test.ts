import assert from "node:assert/strict";

import { toProgram } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import { fails, text } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { remaining } from "../support/remaining.js";
import { withEachFrontEnd } from "../support/scenarios.js";

const PROGRAM = toProgram(`
const hook = new pulumi.ResourceHook("not-yet", async () => { throw new Error("not yet"); });
new Droplet("web", { ...spec, teardown }, { hooks: { beforeDelete: [hook] } });
`);

withEachFrontEnd("no Droplet is destroyed against a beforeDelete hook", (suite, frontEnd) => {
    suite.timeout(120_000);

    it("that throws", async function () {
        const engine = await engineFor(this);
        const isServed = await inWorld({ engine, ...frontEnd, program: PROGRAM }, async (world) => {
            const up = await world.project.up();
            if (text(up).includes("unknown method RegisterResourceHook")) {
                return false;
            }
            assert.equal(up.code, 0, text(up));
            await fails(world.project.destroy({ runProgram: true }));
            assert.deepEqual(await remaining(world.simulator), ["droplet web-1"]);
            return true;
        });
        if (!isServed) {
            console.log("    left out: the language host of this engine does not serve resource hooks");
            this.skip();
        }
    });
});
