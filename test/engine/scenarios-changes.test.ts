import assert from "node:assert/strict";

import { ALONE, programOf, UNORDERED, URN } from "../support/droplet-program.js";
import { fails, succeeds, text } from "../support/engine-world.js";
import { remaining } from "../support/remaining.js";
import { scenarios, type Scenario } from "../support/scenarios.js";

/** A new image; what the first Droplet leaves is torn down at the next delete. */
function replacement(opts: string): Scenario {
    const program = (image: string): string =>
        programOf(`
            const data = new digitalocean.Volume("data", { name: "data", region, size: 1 });
            const web = new Droplet("web", { ...spec, image: "${image}", teardown: { policy: "destroy", keep: [data.id] } }, ${opts});
            const dropletId = web.id.apply(Number);
            new digitalocean.VolumeAttachment("data", { dropletId, volumeId: data.id }, { deletedWith: web, deleteBeforeReplace: true });
        `);
    return {
        program: program("ubuntu-24-04-x64"),
        settings: UNORDERED,
        tell: async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            const first = world.dropletId();
            simulator.panel.takeSnapshot(first, "nightly");

            await project.setProgram(program("debian-12-x64"));
            const replaced = await succeeds(project.up());

            assert.notEqual(world.dropletId(), first);
            assert.deepEqual(await remaining(simulator), [
                "droplet web-1",
                "snapshot nightly",
                "volume data",
            ]);
            assert.deepEqual((await world.teardown())?.outputs?.predecessors, [first]);
            assert.match(replaced.stdout, /DropletTeardown web updated/);
            assert.deepEqual(world.destroyRequests(), []);
            const destroyed = await succeeds(project.destroy());
            assert.match(text(destroyed), /destroyed {2}droplet, snapshot nightly/);
            assert.deepEqual(await remaining(simulator), []);
        },
    };
}

const BACK = programOf(
    `new digitalocean.Droplet("web", spec, { aliases: [{ parent: "${URN}droplet-teardown:index:Droplet::web" }] });`,
);

scenarios("a stack that changes", {
    "replaces a Droplet, remembers it, and takes its snapshots with the next one": replacement("{}"),

    "does the same with deleteBeforeReplace": replacement("{ deleteBeforeReplace: true }"),

    "is left in two steps: not enabled, then the import line back with an alias": {
        program: ALONE,
        tell: async ({ project, simulator }) => {
            await succeeds(project.up());
            const [before] = simulator.state().droplets;
            assert.deepEqual(before?.tags, ["teardown:engine-test:dev"]);

            await project.setProgram(
                programOf(`new Droplet("web", { ...spec, teardown: { enabled: false } });`),
            );
            await succeeds(project.up());
            assert.deepEqual(simulator.state().droplets[0]?.tags, []);
            await project.setProgram(BACK);
            const back = await succeeds(project.up());

            assert.match(text(back), /is left alone: its teardown is not enabled/);
            assert.equal(simulator.state().droplets[0]?.id, before.id);
            assert.deepEqual(await remaining(simulator), ["droplet web-1"]);
            assert.deepEqual(
                (await project.resources()).map(({ type }) => type).filter((type) => type.includes("roplet")),
                ["digitalocean:index/droplet:Droplet"],
            );
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },

    "that goes back with an alias alone destroys nothing and says how to go on": {
        program: ALONE,
        tell: async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            await project.setProgram(BACK);

            const refused = text(await fails(project.up()));

            assert.match(
                refused,
                /nothing was destroyed, because the droplet does not carry the tag teardown:engine-test:dev/,
            );
            const forget = /`pulumi state delete '(urn:[^']+)'`/.exec(refused)?.[1];
            assert.equal(forget, (await world.teardown())?.urn, refused);
            assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);
            assert.deepEqual(world.destroyRequests(), []);
            await succeeds(project.run(["state", "delete", forget ?? "", "--yes"]).result);
            await succeeds(project.up());
            assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);
        },
    },

    "destroys a Droplet that is removed from the program": {
        program: ALONE,
        tell: async (world) => {
            await succeeds(world.project.up());
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            await world.project.setProgram(programOf(""));
            await succeeds(world.project.up());
            assert.deepEqual(await remaining(world.simulator), []);
        },
    },

    "renames a DropletTeardown without an alias: the Droplet stays": {
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const { id } = simulator.panel.createDroplet("web-1");
            const program = (name: string): string =>
                programOf(`new DropletTeardown("${name}", { dropletId: ${id}, policy: "destroy" });`);
            await project.setProgram(program("old"));
            await succeeds(project.up());
            await project.setProgram(program("new"));
            const renamed = await succeeds(project.up());
            assert.match(text(renamed), /is left alone: .*::new tears it down as well/);
            assert.deepEqual(await remaining(simulator), ["droplet web-1"]);
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },

    "renames a Droplet with an alias: nothing is replaced": {
        program: ALONE,
        tell: async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            const first = world.dropletId();
            await project.setProgram(
                programOf(`new Droplet("site", { ...spec, teardown }, { aliases: [{ name: "web" }] });`),
            );
            await succeeds(project.up());
            assert.equal(world.dropletId(), first);
            assert.deepEqual(world.destroyRequests(), []);
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },
});
