import assert from "node:assert/strict";

import { STATE_VERSION } from "../../provider/stored/state.js";
import { readFixture } from "../stored-states/fixtures.js";
import { toShape } from "../stored-states/shape.js";
import { type StateStory, WRITERS } from "../stored-states/story.js";
import type { Stored } from "../support/teardown-world.js";

/** Those before it were never published. */
const FIRST_VERSION = 3;
const VERSIONS = Array.from(
    { length: STATE_VERSION - FIRST_VERSION + 1 },
    (_, index) => FIRST_VERSION + index,
);

/** As people name the writers. */
const NAMES: Readonly<Record<string, string>> = { state: "the npm package", plugin: "the plugin" };

for (const [writer, Story] of Object.entries(WRITERS)) {
    describe(`the state of today, by ${NAMES[writer]}`, () => {
        it("has the shape of its fixture; another one needs another STATE_VERSION", async () => {
            const fixture = await readFixture(`${writer}-${STATE_VERSION}`);
            assert.deepEqual(toShape(await new Story().states()), toShape(fixture));
        });

        it("is refused by an older version, which asks for the newer one and destroys nothing", async () => {
            const world = new Story();
            const states = await world.states();
            const newer = { stateVersion: STATE_VERSION + 1 };
            const own = world.process();
            const before = world.left();
            const says = {
                message: /last updated by a newer pulumi-droplet-teardown .* Install that version again/,
            };
            await assert.rejects(world.run(own.delete("teardown-1", { ...states.byId, ...newer })), says);
            await assert.rejects(world.run(own.delete("teardown-1", { ...states.executor, ...newer })), says);
            await assert.rejects(
                world.run(own.record.delete("record-1", { ...states.record, ...newer })),
                says,
            );
            await assert.rejects(world.run(own.read("teardown-1", { ...states.byId, ...newer })), says);
            assert.deepEqual(world.left(), before);
        });
    });
}

for (const [version, [writer, Story]] of VERSIONS.flatMap((version) =>
    Object.entries(WRITERS).map((entry) => [version, entry] as const),
)) {
    describe(`state of version ${version}, by ${NAMES[writer]}`, () => {
        it("says so", async () => {
            const { byId, executor, record } = await readFixture(`${writer}-${version}`);
            const versions = [byId, executor, record].map(({ stateVersion }) => stateVersion);
            assert.deepEqual(versions, [version, version, version]);
        });

        it("of a Droplet is destroyed by the code of today, as its policy says", async () => {
            const world = new Story();
            const today = await world.states();
            const { executor, record } = await readFixture(`${writer}-${version}`);
            assert.deepEqual([record.dropletId, record.tag], [today.record.dropletId, today.record.tag]);
            const dropletId = Number(record.dropletId);
            await world.destroy({ executor, record, dropletId, tag: String(record.tag) });
            assert.deepEqual(livingDroplets(world), [today.byId.dropletId]);
            assert.deepEqual(findSnapshots(world, dropletId), ["final"]);
            assert.deepEqual(findSnapshots(world, firstPredecessor(record)), ["nightly"]);
            assert.deepEqual(world.tagNames(), ["preview", today.byId.expiryTag]);
            assert.match(world.announced().join("\n"), /kept +volume +by-hand /);
        });

        it("of a DropletTeardown is destroyed by the code of today, as its policy says", async () => {
            const world = new Story();
            const today = await world.states();
            const { byId } = await readFixture(`${writer}-${version}`);
            assert.equal(byId.dropletId, today.byId.dropletId);
            await world.delete(byId);
            const { volumes, reservedIps } = world.simulator.state();
            assert.deepEqual(livingDroplets(world), [today.record.dropletId]);
            assert.deepEqual([volumes.map(({ name }) => name), reservedIps], [["by-hand"], []]);
            assert.deepEqual(findSnapshots(world, Number(byId.dropletId)), ["final", "nightly"]);
        });
    });
}

function livingDroplets(world: StateStory): number[] {
    return world.simulator.state().droplets.map(({ id }) => id);
}

/** Names of the Droplet's own snapshots, without what makes the final one's name unique. */
function findSnapshots(world: StateStory, dropletId: number): string[] {
    const own = world.simulator
        .state()
        .snapshots.filter(({ resourceId }) => resourceId === String(dropletId));
    return own.map(({ name }) => name.replace(/^.*-final-.*$/, "final")).sort();
}

function firstPredecessor({ predecessors }: Stored): number {
    const [{ dropletId } = { dropletId: 0 }] = predecessors as { dropletId: number }[];
    return dropletId;
}
