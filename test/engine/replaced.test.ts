import assert from "node:assert/strict";

import { toProgram, URN } from "../support/droplet-program.js";
import { diagnostics, fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { destroysEverything, nothingIsLeft } from "../support/forgotten.js";
import { replacesTheDroplet } from "../support/engine-available.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

const TEARDOWN = `${URN}pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown::`;
const WEB = `${TEARDOWN}web`;
const LEGACY = `${TEARDOWN}legacy`;

/** Fails after `first` is made, while `breaks` is in force. */
const failing = (first: string): string =>
    `new digitalocean.Volume("bad", { name: "bad", region, size: 1 }, { dependsOn: ${first} });`;

function breaks({ simulator }: EngineWorld): void {
    simulator.faults.add({
        match: { method: "POST", path: "/v2/volumes" },
        times: Infinity,
        do: { kind: "answer", status: 422, message: "no" },
    });
}

const web = (more = ""): string => toProgram(`const web = new Droplet("web", { ...spec, teardown });${more}`);
const legacy = (id: number, more = "", opts = "{}"): string =>
    toProgram(
        `const legacy = new DropletTeardown("legacy", { dropletId: ${id}, policy: "destroy" }, ${opts});${more}`,
    );

/** A Droplet from elsewhere, with a snapshot, and a stack that is to tear it down. */
async function adopts({ project, simulator }: EngineWorld): Promise<number> {
    const { id } = simulator.panel.createDroplet("legacy-1");
    simulator.panel.takeSnapshot(id, "nightly");
    await project.setProgram(legacy(id));
    await succeeds(project.up());
    return id;
}

async function isOnlyTagged(world: EngineWorld, tag: unknown): Promise<void> {
    const [droplet] = world.simulator.state().droplets;
    assert.deepEqual(droplet?.tags, ["teardown:engine-test:dev", tag]);
    assert.equal(world.dropletId(), droplet.id);
}

const readTag = async (world: EngineWorld) => (await world.teardown())?.outputs?.tag;

scenarios("a teardown by id", {
    "that is replaced leaves its Droplet alone, in a later `up` too; `destroy --run-program` takes it": {
        isById: true,
        alsoShownBy: "test/engine/lives plays it on both engines; test/teardown/replaced.test.ts",
        program: "",
        tell: async (world) => {
            const { project, simulator } = world;
            const id = await adopts(world);
            breaks(world);
            await project.setProgram(legacy(id, failing("legacy")));
            await fails(project.up({ flags: ["--replace", LEGACY] }));
            await project.setProgram(legacy(id));

            const next = await succeeds(project.up());

            assert.match(diagnostics(next), /droplet \d+ is left alone: its teardown is being replaced/);
            await succeeds(project.up({ flags: ["--target-replace", LEGACY] }));
            assert.deepEqual(await remaining(simulator), ["droplet legacy-1", "snapshot nightly"]);
            await succeeds(project.destroy({ runProgram: true }));
            await nothingIsLeft(world);
        },
    },

    "that is replaced leaves its Droplet alone with --continue-on-error, and deleted before it is replaced": {
        isById: true,
        program: "",
        alsoShownBy: "the story before it; test/teardown/replaced.test.ts",
        tell: async (world) => {
            const { project, simulator } = world;
            const id = await adopts(world);
            breaks(world);
            await project.setProgram(legacy(id, failing("legacy")));
            await fails(project.up({ continueOnError: true, flags: ["--replace", LEGACY] }));
            await project.setProgram(legacy(id, "", "{ deleteBeforeReplace: true }"));
            await succeeds(project.up({ flags: ["--replace", LEGACY] }));
            assert.deepEqual(await remaining(simulator), ["droplet legacy-1", "snapshot nightly"]);
            await succeeds(project.destroy());
            await nothingIsLeft(world);
        },
    },

    "that leaves the program takes its Droplet, with --target and with --continue-on-error": {
        isById: true,
        program: "",
        alsoShownBy: "test/teardown/replaced.test.ts",
        tell: async (world) => {
            const { project, simulator } = world;
            await adopts(world);
            await project.setProgram(toProgram(""));
            await succeeds(project.up({ target: [LEGACY] }));
            assert.deepEqual(await remaining(simulator), []);
            await adopts(world);
            breaks(world);
            await project.setProgram(toProgram(failing("[]")));
            await fails(project.up({ continueOnError: true }));
            assert.deepEqual(await remaining(simulator), []);
        },
    },
});

scenarios("the teardown of a Droplet", {
    "that is replaced takes at most the Droplet alone, also where that `up` is cut short and a plain one follows":
        {
            program: web(),
            isUp: true,
            tell: async (world, engine) => {
                const { project, simulator } = world;
                const { panel } = simulator;
                const first = world.dropletId();
                panel.takeSnapshot(first, "nightly");
                panel.attachVolume(panel.createVolume("by-hand").id, first);
                const has = ["droplet web-1", "snapshot nightly", "volume by-hand"];
                breaks(world);
                await project.setProgram(web(failing("web")));
                await fails(project.up({ flags: ["--replace", WEB] }));
                await project.setProgram(web());

                const next = await succeeds(project.up());

                assert.deepEqual(await remaining(simulator), has);
                assert.equal(world.dropletId() !== first, replacesTheDroplet(engine));
                await isOnlyTagged(world, await readTag(world));
                if (replacesTheDroplet(engine)) {
                    assert.match(
                        diagnostics(next),
                        /kept +snapshot +nightly .* only the droplet is replaced +\$0\.15\/month/,
                    );
                }
                await succeeds(project.up({ flags: ["--expect-no-changes"] }));
                await succeeds(project.destroy({ runProgram: true }));
                assert.deepEqual(
                    await remaining(simulator),
                    replacesTheDroplet(engine) ? ["volume by-hand"] : [],
                );
                assert.deepEqual(await project.resources(), []);
            },
        },

    "that is replaced alone, by --target-replace, refuses while the Droplet carries its tag; a plain `up` goes on":
        {
            alsoShownBy: "test/teardown/replaced.test.ts",
            program: web(),
            isUp: true,
            tell: async (world) => {
                const { project, simulator } = world;
                const first = world.dropletId();
                simulator.panel.takeSnapshot(first, "nightly");

                const refused = await fails(project.up({ flags: ["--target-replace", WEB] }));

                assert.match(text(refused), /which is being replaced, and has not been replaced itself/);
                assert.match(text(refused), /run `pulumi up` without `--target`/);
                await succeeds(project.up());
                assert.equal(world.dropletId(), first);
                await isOnlyTagged(world, await readTag(world));
                assert.deepEqual(await remaining(simulator), ["droplet web-1", "snapshot nightly"]);
                await fails(project.up({ flags: ["--target-replace", WEB] }));
                await destroysEverything(world);
            },
        },
});
