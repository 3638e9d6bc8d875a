import assert from "node:assert/strict";

import { ALONE, programOf } from "../support/droplet-program.js";
import { EngineProject } from "../support/engine.js";
import { fails, personalToken, succeeds, text, TOKEN } from "../support/engine-world.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const OTHER_TOKEN = personalToken("1");

scenarios("a Droplet that is not quite the stack's own", {
    "stays with retainOnDelete, with everything": {
        program: programOf(`new Droplet("web", { ...spec, teardown }, { retainOnDelete: true });`),
        tell: async (world) => {
            await succeeds(world.project.up());
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ["droplet web-1", "snapshot nightly"]);
            assert.deepEqual(world.destroyRequests(), []);
        },
    },

    "stays while it is protected": {
        program: programOf(`new Droplet("web", { ...spec, teardown }, { protect: true });`),
        tell: async (world) => {
            await succeeds(world.project.up());
            assert.match(text(await fails(world.project.destroy())), /protect/);
            assert.deepEqual(await remaining(world.simulator), ["droplet web-1"]);
            assert.deepEqual(world.destroyRequests(), []);
            await world.project.setProgram(ALONE);
            await succeeds(world.project.up());
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },

    "leaves the volume of another stack": {
        program: programOf(
            `exports.id = new digitalocean.Volume("data", { name: "data", region, size: 1 }).id;`,
        ),
        tell: async (world, engine) => {
            await succeeds(world.project.up());
            const volume = world.simulator.state().volumes[0]?.id ?? "";
            const program = programOf(`new Droplet("web", { ...spec, volumeIds: ["${volume}"], teardown });`);
            const other = { engine, program, token: TOKEN, simulatorUrl: world.server.url };
            const second = await EngineProject.create(other);
            try {
                await succeeds(second.up());
                assert.notEqual(world.simulator.state().volumes[0]?.dropletId, null);
                await succeeds(second.destroy());
            } finally {
                await second.cleanup();
            }
            assert.deepEqual(await remaining(world.simulator), ["volume data"]);
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },

    "is destroyed in the team of its explicit provider": {
        program: programOf(`
            const provider = new digitalocean.Provider("other", { token: "${OTHER_TOKEN}" });
            new Droplet("web", { ...spec, teardown }, { provider });
        `),
        grants: { [TOKEN]: {}, [OTHER_TOKEN]: { team: "other" } },
        tell: async (world) => {
            await succeeds(world.project.up());
            assert.equal(world.simulator.state().droplets[0]?.team, "other");
            world.simulator.panelOf("other").takeSnapshot(world.dropletId(), "nightly");
            world.simulator.panel.createDroplet("ours");
            const stored = JSON.stringify(await world.project.resources());
            assert.ok(!stored.includes(OTHER_TOKEN));
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ["droplet ours"]);
        },
    },

    "is imported, gets its tag with the next up, and goes away": {
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const { id } = simulator.panel.createDroplet("web-1", { tags: ["blue"] });
            simulator.panel.takeSnapshot(id, "nightly");
            const program = (opts: string): string =>
                programOf(`new Droplet("web", { ...spec, tags: ["blue"], teardown }, ${opts});`);
            await project.setProgram(program(`{ import: "${id}" }`));
            await succeeds(project.up());
            await project.setProgram(program("{}"));
            await succeeds(project.up());
            assert.equal(world.dropletId(), id);
            assert.deepEqual(simulator.state().droplets[0]?.tags, ["blue", "teardown:engine-test:dev"]);
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },

    "goes away without its tag where tags are ignored, and a warning says so": {
        program: programOf(`new Droplet("web", { ...spec, teardown }, { ignoreChanges: ["tags"] });`),
        tell: async (world) => {
            const up = await succeeds(world.project.up());
            assert.match(text(up), /warning: ignoreChanges covers tags/);
            assert.deepEqual(world.simulator.state().droplets[0]?.tags, []);
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },
});
