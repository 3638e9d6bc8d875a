import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";

/** A destroy of which the status shows late. */
function accepted(destroyDurationMs: number): { world: CliWorld; id: number } {
    const world = new CliWorld({ statusDelayMs: 40_000, destroyDurationMs });
    const { id } = world.droplet("web-1");
    world.simulator.panel.destroy(id);
    return { world, id };
}

describe("status of a destroy that does not show yet", () => {
    it("waits as long as the status of an accepted destroy may take", async () => {
        const { world, id } = accepted(60_000);
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 0, ran.stdout);
    });

    it("waits also when the droplet is gone before the status shows", async () => {
        const { world, id } = accepted(4_000);
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 0, ran.stdout);
    });

    it("answers at once without --wait, and does not claim that nothing is under way", async () => {
        const { world, id } = accepted(60_000);
        const ran = await world.run(`status ${id}`);
        assert.equal(ran.code, 5);
        assert.equal(world.clock.now(), Date.parse("2026-01-01T00:00:00Z"));
        assert.match(ran.stdout, /kept +volume +web-1-data \(.*\) +no destroy of its droplet is visible/);
        assert.doesNotMatch(ran.stdout, /nothing was destroyed/);
    });

    it("says of a droplet that was there what has become of it, and what it left", async () => {
        const world = new CliWorld();
        const { id, volume } = world.droplet("web-1");
        const { panel } = world.simulator;
        void world.clock.sleep(10_000).then(() => {
            panel.deleteDroplet(id);
            panel.deleteVolume(volume);
        });
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 5);
        assert.match(
            ran.stdout,
            /no destroy of this droplet is known; it was there, and is not visible any more/,
        );
        assert.doesNotMatch(ran.stdout, /never there|kept +volume/);
        assert.match(
            ran.stdout,
            /kept +snapshot +web-1-nightly \(.*\) +no destroy of its droplet is visible/,
        );
    });
});

describe("status of what a destroy does not name", () => {
    it("does not call a volume kept that is gone by the end", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id, volume } = world.droplet("web-1");
        const args = `destroy ${id} --yes --policy destroy --policy volumes=keep`;
        assert.equal((await world.run(args, { interruptedAfterMs: 5_000 })).code, 4);
        void world.clock.sleep(20_000).then(() => world.simulator.panel.deleteVolume(volume));
        const ran = await world.run(`status ${id} --wait --report r.json`);
        assert.equal(ran.code, 0, ran.stdout);
        assert.doesNotMatch(ran.stdout, /kept/);
        const [droplet] = world.report("r.json").droplets;
        const { outcome } = droplet?.resources.find((one) => one.id === volume) ?? {};
        assert.equal(outcome, "destroyed");
        assert.equal(droplet?.cost.remaining, "0.00");
    });
});
