import assert from "node:assert/strict";

import { STATE_VERSION } from "../../provider/stored/state.js";
import { readFixture } from "../state/fixtures.js";
import { shapeOf } from "../state/shape.js";
import { StateStory } from "../state/story.js";
import type { Stored } from "../support/teardown-world.js";

/** Those before it were never published. */
const FIRST_VERSION = 3;
const VERSIONS = Array.from(
    { length: STATE_VERSION - FIRST_VERSION + 1 },
    (_, index) => FIRST_VERSION + index,
);

describe("the state of today", () => {
    it("has the shape of its fixture; another one needs another STATE_VERSION", async () => {
        const fixture = await readFixture(`state-${STATE_VERSION}`);
        assert.deepEqual(shapeOf(await new StateStory().states()), shapeOf(fixture));
    });
});

for (const version of VERSIONS) {
    describe(`state of version ${version}`, () => {
        it("says so", async () => {
            const { byId, executor, record } = await readFixture(`state-${version}`);
            const versions = [byId, executor, record].map(({ stateVersion }) => stateVersion);
            assert.deepEqual(versions, [version, version, version]);
        });

        it("of a Droplet is destroyed by the code of today, as its policy says", async () => {
            const world = new StateStory();
            const today = await world.states();
            const { executor, record } = await readFixture(`state-${version}`);
            assert.deepEqual([record.dropletId, record.tag], [today.record.dropletId, today.record.tag]);
            const dropletId = Number(record.dropletId);
            await world.destroy({ executor, record, dropletId, tag: String(record.tag) });
            assert.deepEqual(livingDroplets(world), [today.byId.dropletId]);
            assert.deepEqual(snapshotsOf(world, dropletId), ["final"]);
            assert.deepEqual(snapshotsOf(world, predecessorOf(record)), ["nightly"]);
            assert.deepEqual(world.tagNames(), ["preview"]);
            assert.match(world.announced().join("\n"), /kept +volume +by-hand /);
        });

        it("of a DropletTeardown is destroyed by the code of today, as its policy says", async () => {
            const world = new StateStory();
            const today = await world.states();
            const { byId } = await readFixture(`state-${version}`);
            assert.equal(byId.dropletId, today.byId.dropletId);
            await world.delete(byId);
            const { volumes, reservedIps } = world.simulator.state();
            assert.deepEqual(livingDroplets(world), [today.record.dropletId]);
            assert.deepEqual([volumes.map(({ name }) => name), reservedIps], [["by-hand"], []]);
            assert.deepEqual(snapshotsOf(world, Number(byId.dropletId)), ["final", "nightly"]);
        });
    });
}

function livingDroplets(world: StateStory): number[] {
    return world.simulator.state().droplets.map(({ id }) => id);
}

/** Names of the Droplet's own snapshots, without what makes the final one's name unique. */
function snapshotsOf(world: StateStory, dropletId: number): string[] {
    const own = world.simulator
        .state()
        .snapshots.filter(({ resourceId }) => resourceId === String(dropletId));
    return own.map(({ name }) => name.replace(/^.*-final-.*$/, "final")).sort();
}

function predecessorOf({ predecessors }: Stored): number {
    const [{ dropletId } = { dropletId: 0 }] = predecessors as { dropletId: number }[];
    return dropletId;
}
