import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

import { engineFor } from "../support/engine-available.js";
import type { Run, RunResult } from "../support/engine.js";
import { EngineWorld, fails, succeeds, text } from "../support/engine-world.js";

const PROGRAM = `
const { Droplet } = require("pulumi-droplet-teardown");
new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb",
    teardown: { policy: "destroy" },
});
`;

/** The provider looks for the engine before each step, and its steps are seconds apart. */
const ENDS_WITHIN_MS = 10_000;

describe("an engine that is killed during a destroy", function () {
    this.timeout(60_000);
    let world: EngineWorld;
    let killed: Run;

    before(async function () {
        const engine = await engineFor(this);
        world = await EngineWorld.open({ engine, program: PROGRAM, settings: { destroyDurationMs: 14_000 } });
        await succeeds(world.project.up());
        world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
        killed = world.project.start("destroy");
        await until(() => world.destroyRequests().length === 1);
        killed.process.kill("SIGKILL");
        assert.equal((await killed.result).code, null);
    });
    after(() => world.close());

    it("leaves a plugin process that ends by itself and sends nothing more", async () => {
        const sent = world.ownRequests().length;
        assert.equal(await hasPlugin(world), true);
        await until(async () => !(await hasPlugin(world)));
        assert.equal(world.ownRequests().length, sent);
    });

    it("is followed by a destroy that attaches to what is running", async () => {
        const locked = await fails(world.project.destroy());
        assert.match(text(locked), /the stack is currently locked/);
        await succeeds(world.project.cancel());
        assert.equal(world.simulator.state().destroys[0]?.completed, false, "the destroy was over too soon");

        const attached: RunResult = await succeeds(world.project.destroy());

        assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
        assert.match(attached.stdout, /\d\/\d destroyed · waiting for/);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(await world.project.resources(), []);
    });
});

/** Pulumi's own language host stays for some minutes; ours is the host of the dynamic provider. */
async function hasPlugin({ project }: EngineWorld): Promise<boolean> {
    const lines = (await project.leftovers()).map((id) =>
        readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""),
    );
    return (await Promise.all(lines)).some((line) => line.includes("dynamic-provider"));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = performance.now() + ENDS_WITHIN_MS;
    while (!(await holds())) {
        assert.ok(performance.now() < endMs, "did not come true in time");
        await pause(100);
    }
}
