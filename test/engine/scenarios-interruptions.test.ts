import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { ALONE, programOf, URN } from "../support/droplet-program.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

/** A Droplet with what the stack manages around it, on both paths of a delete. */
const SIBLINGS = programOf(`
const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
const address = new digitalocean.ReservedIp("address", { region });
const keep = [address.ipAddress];
const web = new Droplet("web", { ...spec, volumeIds: [data.id], teardown: { ...teardown, keep } });
const dropletId = web.id.apply(Number);
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress: address.ipAddress }, { deletedWith: web });
const apart = new digitalocean.Volume("apart", { name: "apart", region, size: 1 });
`);

const COMPONENT = `${URN}droplet-teardown:index:Droplet::web`;
const ALL = ["droplet web-1", "reserved ip", "snapshot nightly", "volume apart", "volume data"];

async function upWithSnapshot(world: EngineWorld): Promise<string> {
    await succeeds(world.project.up());
    return world.simulator.panel.takeSnapshot(world.dropletId(), "nightly").id;
}

/** The second destroy finishes: nothing is left, at DigitalOcean or in state. */
async function finishes(world: EngineWorld): Promise<void> {
    await succeeds(world.project.destroy());
    assert.deepEqual(await remaining(world.simulator), []);
    assert.deepEqual(await world.project.resources(), []);
}

async function submitted(world: EngineWorld): Promise<void> {
    while (world.destroyRequests().length === 0) {
        await pause(50);
    }
}

scenarios("a destroy that does not take everything at once", {
    "takes the component with --target and --target-dependents, and nothing else": {
        program: SIBLINGS,
        tell: async (world) => {
            await upWithSnapshot(world);
            await succeeds(world.project.destroy({ target: [COMPONENT], targetDependents: true }));
            assert.deepEqual(await remaining(world.simulator), [
                "reserved ip",
                "volume apart",
                "volume data",
            ]);
            await finishes(world);
        },
    },

    "goes on past a failing teardown with --continue-on-error, and keeps the Droplet in state": {
        program: SIBLINGS,
        tell: async (world) => {
            const snapshot = await upWithSnapshot(world);
            world.simulator.faults.failItem(snapshot, { times: 2 });
            await fails(world.project.destroy({ continueOnError: true }));
            assert.deepEqual(
                await remaining(world.simulator),
                ALL.filter((name) => name !== "volume apart"),
            );
            const types = (await world.project.resources()).map(({ type }) => type);
            assert.ok(types.includes("digitalocean:index/droplet:Droplet"), types.join());
            await finishes(world);
        },
    },

    "is finished by the next one after Ctrl-C": {
        program: SIBLINGS,
        settings: { destroyDurationMs: 5_000 },
        tell: async (world) => {
            await upWithSnapshot(world);
            const run = world.project.start("destroy");
            await submitted(world);
            run.process.kill("SIGINT");
            // The step that runs is finished; the exit code is the engine's own affair.
            assert.match(text(await run.result), /DropletTeardown web deleted/);
            assert.ok((await remaining(world.simulator)).includes("volume data"));
            await finishes(world);
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
        },
    },

    "is finished by the next one after its engine was killed and DigitalOcean had done its part": {
        program: SIBLINGS,
        tell: async (world) => {
            await upWithSnapshot(world);
            const run = world.project.start("destroy");
            await submitted(world);
            run.process.kill("SIGKILL");
            await run.result;
            await succeeds(world.project.cancel());
            await pause(3_500);
            assert.equal(world.simulator.state().destroys[0]?.completed, true);
            await finishes(world);
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
        },
    },

    "may be refreshed when the Droplet is gone and a snapshot is not": {
        program: SIBLINGS,
        settings: { dropletSurvivesFailure: false },
        tell: async (world) => {
            const snapshot = await upWithSnapshot(world);
            world.simulator.faults.failItem(snapshot, { times: 2 });
            const failed = await fails(world.project.destroy());
            assert.doesNotMatch(text(failed), /nothing matches/);
            assert.ok(!(await remaining(world.simulator)).includes("droplet web-1"));
            await succeeds(world.project.refresh());
            assert.notEqual(await world.teardown(), undefined);
            await finishes(world);
        },
    },
});

scenarios("a Droplet that vanished", {
    "comes back with the next up after a refresh, and its snapshot goes with the new one": {
        program: ALONE,
        tell: async (world) => {
            await upWithSnapshot(world);
            world.simulator.panel.deleteDroplet(world.dropletId());
            await succeeds(world.project.up({ refresh: true }));
            assert.deepEqual(await remaining(world.simulator), ["droplet web-1", "snapshot nightly"]);
            await finishes(world);
        },
    },

    "leaves nothing behind at a destroy without a refresh": {
        program: SIBLINGS,
        tell: async (world) => {
            await upWithSnapshot(world);
            world.simulator.panel.deleteDroplet(world.dropletId());
            const gone = await succeeds(world.project.destroy());
            assert.match(text(gone), /: already gone\n/);
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },
});
