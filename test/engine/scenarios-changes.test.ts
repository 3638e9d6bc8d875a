import assert from "node:assert/strict";

import { ALONE, toProgram, UNORDERED } from "../support/droplet-program.js";
import { diagnostics, succeeds, text } from "../support/engine-world.js";
import { destroysEverything, tagNames } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

/** A Droplet for each way to replace one. */
const TWO = (image: string): string =>
    toProgram(`
        for (const [name, opts] of [["web", {}], ["db", { deleteBeforeReplace: true }]]) {
            const data = new digitalocean.Volume(name + "-data", { name: name + "-data", region, size: 1 });
            const args = { ...spec, name: name + "-1", image: "${image}", teardown: { policy: "destroy", keep: [data.id] } };
            const droplet = new Droplet(name, args, opts);
            const attachment = { dropletId: droplet.id.apply(Number), volumeId: data.id };
            const quickly = { deletedWith: droplet.teardown, deleteBeforeReplace: true };
            new digitalocean.VolumeAttachment(name, attachment, quickly);
        }
    `);

const VOLUMES = ["volume db-data", "volume web-data"];

scenarios("a stack that changes", {
    "replaces Droplets, either way round, remembers them, and takes their snapshots with the next ones": {
        onComponent: true,
        program: TWO("ubuntu-24-04-x64"),
        settings: UNORDERED,
        tell: async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            const first = new Map(simulator.state().droplets.map(({ id, name }) => [name, id]));
            for (const [name, id] of first) {
                simulator.panel.takeSnapshot(id, `of ${name}`);
            }
            const before = tagNames(world);

            await project.setProgram(TWO("debian-12-x64"));
            const replaced = await succeeds(project.up());

            assert.ok(simulator.state().droplets.every(({ id, name }) => id !== first.get(name)));
            const snapshots = ["snapshot of db-1", "snapshot of web-1"];
            assert.deepEqual(await remaining(simulator), [
                "droplet db-1",
                "droplet web-1",
                ...snapshots,
                ...VOLUMES,
            ]);
            const records = (await project.resources()).filter(({ type }) => type.endsWith(":DropletRecord"));
            const predecessors = records.map(({ outputs }) =>
                (outputs?.predecessors as { dropletId: number }[]).map(({ dropletId }) => dropletId),
            );
            assert.deepEqual(predecessors.flat().sort(), [...first.values()].sort());
            assert.match(replaced.stdout, /DropletRecord web updated/);
            assert.doesNotMatch(replaced.stdout, /DropletTeardown/);
            // What was remembered of a Droplet that was replaced is its mark now.
            const now = tagNames(world);
            assert.deepEqual(
                before.filter((tag) => !now.includes(tag) && !now.includes(`${tag}:go`)),
                [],
            );
            assert.deepEqual(world.destroyRequests(), []);

            const told = text(await succeeds(project.destroy()));
            for (const id of first.values()) {
                assert.match(told, new RegExp(`droplet ${id}: already gone\n`));
            }
            assert.deepEqual(await remaining(simulator), []);
        },
    },

    "renames a Droplet: with an alias it stays under another tag, without one a new one comes and the old one goes":
        {
            notOnComponent: "an alias carries its teardown over as well: plugin-options.test.ts",
            program: ALONE,
            isUp: true,
            tell: async (world) => {
                const { project, simulator } = world;
                const rename = async (name: string, opts: string): Promise<string> => {
                    const program = toProgram(`new Droplet("${name}", { ...spec, teardown }, ${opts});`);
                    await project.setProgram(program);
                    const { stdout } = await succeeds(project.preview());
                    await succeeds(project.up());
                    return stdout;
                };
                const first = world.dropletId();
                simulator.panel.takeSnapshot(first, "nightly");

                const previewed = await rename("site", `{ aliases: [{ name: "web" }] }`);
                assert.match(previewed, /DropletTeardown web delete/);
                assert.match(previewed, new RegExp(`droplet ${first} stays: it gets another teardown`));
                assert.equal(world.dropletId(), first);
                assert.deepEqual(world.destroyRequests(), []);
                assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);

                assert.doesNotMatch(await rename("shop", "{}"), /stays/);
                assert.notEqual(world.dropletId(), first);
                assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
                assert.deepEqual(await remaining(simulator), ["droplet web-1"]);
                const tag = String((await world.teardown())?.outputs?.tag);
                assert.deepEqual(tagNames(world).sort(), [
                    tag,
                    `${tag}:${world.dropletId()}`,
                    "teardown:engine-test:dev",
                ]);
            },
        },

    "renames a DropletTeardown without an alias: the Droplet stays": {
        isById: true,
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const { id } = simulator.panel.createDroplet("web-1");
            const program = (name: string): string =>
                toProgram(`new DropletTeardown("${name}", { dropletId: ${id}, policy: "destroy" });`);
            await project.setProgram(program("old"));
            await succeeds(project.up());
            await project.setProgram(program("new"));
            const renamed = await succeeds(project.up());
            assert.match(diagnostics(renamed), /is left alone: .*::new tears it down as well/);
            assert.deepEqual(await remaining(simulator), ["droplet web-1"]);
            await destroysEverything(world);
        },
    },
});
