import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "../support/engine-available.js";
import { EngineProject } from "../support/engine.js";
import { fails, succeeds, text } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { exampleSource, policyPack, runsPolicyPacks } from "../support/policy-pack.js";
import { remaining } from "../support/remaining.js";
import { leftToCi } from "../support/scenarios.js";

const TYPES_ARE_CHECKED_BY_TSC = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

describe("the examples", function () {
    this.timeout(120_000);
    let engine: Engine;
    before(async function () {
        engine = await engineFor(this);
    });

    leftToCi(
        "keep-data keeps the managed volume, volumes attached by hand and what its pattern names",
        "the example whole-program keeps a volume and a snapshot",
        async () => {
            const program = await exampleSource("keep-data", "index.ts");
            const options = { engine, program, typescript: true, env: TYPES_ARE_CHECKED_BY_TSC };
            await inWorld(options, async (world) => {
                await succeeds(world.project.up());
                const { panel } = world.simulator;
                const dropletId = world.dropletId();
                panel.takeSnapshot(dropletId, "pg-backup-1");
                panel.takeSnapshot(dropletId, "nightly");
                panel.attachVolume(panel.createVolume("uploads").id, dropletId);
                panel.assignReservedIp(panel.createReservedIp().id, dropletId);
                await succeeds(world.project.destroy());
                assert.deepEqual(await remaining(world.simulator), [
                    "snapshot pg-backup-1",
                    "volume pg-data",
                    "volume uploads",
                ]);
            });
        },
    );

    it("whole-program destroys what a component made, keeps a volume and a final snapshot of pg-main", async function () {
        if (!runsPolicyPacks(engine)) {
            console.log("    left out: this engine runs no policy pack");
            this.skip();
        }
        const program = await exampleSource("whole-program", "index.ts");
        const options = { engine, program, typescript: true, env: TYPES_ARE_CHECKED_BY_TSC };
        await inWorld(options, async ({ project, simulator }) => {
            const flags = ["--policy-pack", await policyPack(project.folder, engine)];
            const up = await succeeds(project.up({ flags }));
            assert.match(up.stdout, /droplet-teardown@v1\.0\.0/);
            for (const { id, name } of simulator.state().droplets) {
                simulator.panel.takeSnapshot(id, `nightly-${name}`);
                simulator.panel.attachVolume(simulator.panel.createVolume(`logs-${name}`).id, id);
            }
            const read = `digitalocean.Droplet.get("read", "${simulator.state().droplets[0]?.id}");`;
            await project.setProgram(withoutTeardown(program) + read);
            const refused = text(await fails(project.preview({ flags })));
            const told = [...refused.matchAll(/Droplet "(.*)" has no teardown/g)].map(([, name]) => name);
            assert.deepEqual(told.sort(), ["pg-main", "web-0", "web-1"]);
            await succeeds(project.destroy());
            assert.deepEqual(
                (await remaining(simulator)).map((one) => one.replace(/-\d{4}-.*/, "-…")),
                ["snapshot pg-main-…", "volume logs-pg-main"],
            );
        });
    });

    it("the quickstart's program refuses an endpoint that is not on loopback, in one line", async () => {
        const project = await EngineProject.create({
            engine,
            program: await exampleSource("quickstart", "loopback-only.ts"),
            typescript: true,
            simulatorUrl: "https://api.digitalocean.com",
            env: TYPES_ARE_CHECKED_BY_TSC,
            token: `dop_v1_${"0".repeat(64)}`,
        });
        try {
            const { code, stdout } = await project.preview();
            assert.notEqual(code, 0);
            assert.match(
                stdout,
                /error: the quickstart runs against the simulator only, not against https:\S+:/,
            );
            assert.doesNotMatch(stdout, /^\s+at /m);
        } finally {
            await project.cleanup();
        }
    });
});

/** The program before it called `tearDownDroplets`. */
function withoutTeardown(program: string): string {
    const call = /^tearDownDroplets\(\{[^]*?^\}\);$/m;
    assert.match(program, call);
    return program.replace(call, "");
}
