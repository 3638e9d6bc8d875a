import assert from "node:assert/strict";

import { ALONE, toProgram, URN } from "../support/droplet-program.js";
import { fails, personalToken, succeeds, text, TOKEN } from "../support/engine-world.js";
import { destroysEverything } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const OTHER_TOKEN = personalToken("1");

scenarios("a Droplet that is not quite the stack's own", {
    "stays with retainOnDelete and while it is protected, with everything; a volume of another stack stays": {
        onComponent: true,
        alsoShownBy: "test/random-stacks plays it on the model of the engine",
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const { id } = simulator.panel.createVolume("data", 1);
            await project.setProgram(
                toProgram(`
                    new Droplet("web", { ...spec, teardown }, { retainOnDelete: true });
                    new Droplet("db", { ...spec, name: "db-1", teardown }, { protect: true });
                    new Droplet("app", { ...spec, name: "app-1", volumeIds: ["${id}"], teardown });
                `),
            );
            await succeeds(project.up());
            const { droplets, volumes } = simulator.state();
            assert.notEqual(volumes[0]?.dropletId, null);
            const [web = 0, db = 0] = ["web-1", "db-1"].map(
                (name) => droplets.find((its) => its.name === name)?.id,
            );
            simulator.panel.takeSnapshot(web, "nightly");
            const destroysAsked = (ids: readonly number[]): string[] =>
                world
                    .ownRequests()
                    .filter(({ method }) => method !== "GET")
                    .map(({ path }) => path)
                    .filter((path) => ids.some((id) => path.startsWith(`/v2/droplets/${id}`)));

            assert.match(text(await fails(project.destroy())), /protect/);
            const held = (await remaining(simulator)).filter((name) => name !== "droplet app-1");
            assert.deepEqual(held, ["droplet db-1", "droplet web-1", "snapshot nightly", "volume data"]);
            assert.deepEqual(destroysAsked([web, db]), []);

            await succeeds(project.run(["state", "unprotect", "--all", "--yes"]).result);
            await succeeds(project.destroy());
            const kept = ["droplet web-1", "snapshot nightly", "volume data"];
            assert.deepEqual(await remaining(simulator), kept);
            assert.deepEqual(destroysAsked([web]), []);
            assert.deepEqual(await project.resources(), []);
        },
    },

    "is destroyed in the team of its explicit provider": {
        notOnComponent: "it needs a token of its own there: plugin-options.test.ts",
        program: toProgram(`
            const provider = new digitalocean.Provider("other", { token: "${OTHER_TOKEN}" });
            new Droplet("web", { ...spec, teardown }, { provider });
        `),
        grants: { [TOKEN]: {}, [OTHER_TOKEN]: { team: "other" } },
        tell: async (world) => {
            await succeeds(world.project.up());
            assert.equal(world.simulator.state().droplets[0]?.team, "other");
            world.simulator.panelFor("other").takeSnapshot(world.dropletId(), "nightly");
            world.simulator.panel.createDroplet("ours");
            const stored = JSON.stringify(await world.project.resources());
            assert.ok(!stored.includes(OTHER_TOKEN));
            await succeeds(world.project.destroy());
            assert.deepEqual(await remaining(world.simulator), ["droplet ours"]);
        },
    },

    "is refused here once `pulumi state move` has taken it to another stack, which owns it after an `up`": {
        program: ALONE,
        isUp: true,
        tell: async (world) => {
            const { project, simulator } = world;
            simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            const other = (...args: readonly string[]) =>
                project.run([...args, "--stack", "prod", "--yes", "--skip-preview"]).result;
            await succeeds(project.initStack("prod"));
            const stacks = ["--source", "dev", "--dest", "prod"];
            const urn = `${URN}digitalocean:index/droplet:Droplet::web`;
            await succeeds(project.run(["state", "move", ...stacks, "--yes", urn]).result);
            assert.equal(await world.record(), undefined);

            assert.match(text(await fails(project.destroy())), /is no longer in the stack's state/);
            assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);

            await succeeds(other("up"));
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);
            const tags = simulator.state().tags.map(({ name }) => name);
            assert.equal(
                tags.filter((name) => name.startsWith("teardown:")).join(),
                "teardown:engine-test:prod",
            );

            await succeeds(other("destroy"));
            assert.deepEqual(world.left(), []);
        },
    },

    "is imported, gets its tag, and goes away": {
        notOnComponent: "no component is imported",
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const { id } = simulator.panel.createDroplet("web-1", { tags: ["blue"] });
            simulator.panel.takeSnapshot(id, "nightly");
            await project.setProgram(
                toProgram(`new Droplet("web", { ...spec, tags: ["blue"], teardown }, { import: "${id}" });`),
            );
            await succeeds(project.up());
            assert.equal(world.dropletId(), id);
            const tag = (await world.teardown())?.outputs?.tag;
            assert.deepEqual(simulator.state().droplets[0]?.tags, ["blue", "teardown:engine-test:dev", tag]);
            await destroysEverything(world);
        },
    },
});
