import assert from "node:assert/strict";

import { betweenPages } from "../support/between-pages.js";
import { ProgramWorld } from "../support/program-world.js";
import { TeardownWorld } from "../support/teardown-world.js";

/** Lists that others shift between two pages: as long as before, but what moved up a page is on none of them. */
describe("a list of several pages, of which somebody deletes one entry and adds another meanwhile", () => {
    it("hides no tag: a Droplet that was taken out of the state is refused", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        panel.createTag("other");
        const { executor, dropletId } = await world.up();
        world.simulator.settings.maxPageSize = 3;
        const fetch = betweenPages(world.simulator.fetch, "/v2/tags?", () => {
            panel.deleteTag("other");
            panel.createTag("another");
        });
        const message = await world.failedDestroy(
            { executor, record: null, dropletId, tag: String(executor.tag) },
            { fetch },
        );
        assert.match(message, /is no longer in the stack's state/);
        assert.deepEqual(world.left(), ["droplet", "snapshot"]);
    });

    it("hides no snapshot that a gone Droplet left", async () => {
        const world = new TeardownWorld();
        const { panel } = world.simulator;
        const other = panel.createDroplet("other");
        const shifting = panel.takeSnapshot(other.id, "other");
        const { id } = panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        panel.takeSnapshot(id, "nightly");
        panel.deleteDroplet(id);
        world.simulator.settings.maxPageSize = 1;
        const fetch = betweenPages(world.simulator.fetch, "/v2/snapshots?", () => {
            panel.deleteSnapshot(shifting.id);
            panel.takeSnapshot(other.id, "newer");
        });
        await world.delete(stored, { fetch });
        assert.deepEqual(
            world.simulator.state().snapshots.map(({ name }) => name),
            ["newer"],
        );
    });

    it("hides no snapshot of a kept volume, which stays with it", async () => {
        const world = new TeardownWorld();
        const { panel } = world.simulator;
        const { id, volume, volumeSnapshot } = world.dropletWithEverything();
        const backup = panel.snapshotVolume(volume, "backup");
        world.simulator.settings.maxPageSize = 1;
        const stored = await world.create({ dropletId: id, policy: "destroy", keep: ["web-1-data"] });
        const fetch = betweenPages(world.simulator.fetch, `/v2/volumes/${volume}/snapshots?`, () => {
            panel.deleteSnapshot(volumeSnapshot);
            panel.snapshotVolume(volume, "newer");
        });
        await world.delete(stored, { fetch });
        const left = world.simulator.state().snapshots.map((one) => one.id);
        assert.ok(left.includes(backup.id), `the backup was destroyed: ${left.join(", ")}`);
    });

    it("is unread if it never settles, and nothing is done", async () => {
        const world = new ProgramWorld();
        const { panel } = world.simulator;
        const { executor, dropletId } = await world.up();
        world.simulator.settings.maxPageSize = 2;
        let made = 0;
        const shift = (): void => void panel.createTag(`other-${(made += 1)}`);
        const fetch = betweenPages(world.simulator.fetch, "/v2/tags?", shift, Infinity);
        const program = { executor, record: null, dropletId, tag: String(executor.tag) };
        const message = await world.failedDestroy(program, { fetch });
        assert.match(message, /^GET \/v2\/tags: the list changed during each of 5 reads/);
        assert.deepEqual(world.left(), ["droplet", "snapshot"]);
    });
});
