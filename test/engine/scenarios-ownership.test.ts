import assert from "node:assert/strict";

import { programOf } from "../support/droplet-program.js";
import { fails, personalToken, succeeds, text, TOKEN } from "../support/engine-world.js";
import { destroysEverything } from "../support/forgotten.js";
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
            await succeeds(world.project.run(["state", "unprotect", "--all", "--yes"]).result);
            await destroysEverything(world);
        },
    },

    "leaves the volume of another stack": {
        program: "",
        tell: async (world) => {
            const { id } = world.simulator.panel.createVolume("data", 1);
            await world.project.setProgram(
                programOf(`new Droplet("web", { ...spec, volumeIds: ["${id}"], teardown });`),
            );
            await succeeds(world.project.up());
            assert.notEqual(world.simulator.state().volumes[0]?.dropletId, null);
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ["volume data"]);
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

    "is imported, gets its tag, and goes away": {
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const { id } = simulator.panel.createDroplet("web-1", { tags: ["blue"] });
            simulator.panel.takeSnapshot(id, "nightly");
            await project.setProgram(
                programOf(`new Droplet("web", { ...spec, tags: ["blue"], teardown }, { import: "${id}" });`),
            );
            await succeeds(project.up());
            assert.equal(world.dropletId(), id);
            const tag = (await world.teardown())?.outputs?.tag;
            assert.deepEqual(simulator.state().droplets[0]?.tags, ["blue", "teardown:engine-test:dev", tag]);
            await destroysEverything(world);
        },
    },
});
