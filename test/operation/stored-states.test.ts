import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import * as entry from "../../provider/index.js";
import { STATE_VERSION } from "../../provider/state.js";
import { fixturePath, readFixture } from "../state/fixtures.js";
import { shapeOf } from "../state/shape.js";
import { StateStory } from "../state/story.js";
import type { Stored } from "../support/teardown-world.js";

const VERSIONS = Array.from({ length: STATE_VERSION }, (_, index) => index + 1);

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
            assert.deepEqual(snapshotsOf(world, dropletId), snapshotsLeft(version));
            assert.deepEqual(world.tagNames(), ["preview"]);
        });

        it("of a DropletTeardown is destroyed by the code of today, as its policy says", async () => {
            const world = new StateStory();
            const today = await world.states();
            const { byId } = await readFixture(`state-${version}`);
            assert.equal(byId.dropletId, today.byId.dropletId);
            await world.delete(byId);
            const { volumes, reservedIps } = world.simulator.state();
            assert.deepEqual(livingDroplets(world), [today.record.dropletId]);
            assert.deepEqual([volumes, reservedIps], [[], []]);
            assert.deepEqual(snapshotsOf(world, Number(byId.dropletId)), snapshotsLeft(version));
        });
    });
}

describe("state of the first 0.1.0, whose Droplet was a component", () => {
    it("is refused by what its provider text calls, with the way on, and nothing is lost", async () => {
        const stored = JSON.parse(await readFile(fixturePath("first-0.1.0"), "utf8")) as Stored;
        const urn = String(stored.resourceUrn);
        const refused = (error: Error): boolean => {
            assert.match(
                error.message,
                /^nothing was destroyed: .* the first pulumi-droplet-teardown 0\.1\.0/,
            );
            assert.match(
                error.message,
                new RegExp(`npx pulumi-droplet-teardown destroy ${String(stored.dropletId)}\``),
            );
            assert.ok(error.message.includes(`pulumi state delete '${urn}'`));
            assert.doesNotMatch(error.stack ?? "", /\n\s+at /);
            return true;
        };
        await entry.configure({ config: { get: () => undefined } });
        await assert.rejects(entry.delete("teardown-1", stored), refused);
        await assert.rejects(entry.read("teardown-1", stored), refused);
        await assert.rejects(entry.update("teardown-1", stored, stored), refused);
        await assert.rejects(entry.check(stored, stored), refused);
        await assert.rejects(entry.diff("teardown-1", stored, stored), refused);
        await assert.rejects(entry.create(stored), refused);
    });

    it("of a DropletTeardown is taken over by an update, which the new program's text runs", async () => {
        const stored = JSON.parse(await readFile(fixturePath("first-0.1.0"), "utf8")) as Stored;
        const world = new StateStory();
        const { byId } = await world.states();
        const olds = { ...stored, dropletId: byId.dropletId };
        const process = world.process();
        const { inputs } = await process.check(olds, { dropletId: byId.dropletId, policy: "destroy" });
        const { outs } = await world.run(process.update("teardown-1", olds, inputs));
        assert.equal(outs.stateVersion, STATE_VERSION);
        await world.delete(outs);
        assert.ok(!livingDroplets(world).includes(Number(byId.dropletId)));
    });
});

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

/** A final snapshot came with version 2. */
function snapshotsLeft(version: number): string[] {
    return version === 1 ? ["nightly"] : ["final", "nightly"];
}
