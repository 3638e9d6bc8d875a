import assert from "node:assert/strict";

import { TeardownWorld } from "../support/teardown-world.js";

/** DigitalOcean does not say whether its list of associated resources has a Droplet's backups. */
describe("the backups of a Droplet, if DigitalOcean lists them as snapshots", () => {
    async function destroyed(policy: unknown) {
        const world = new TeardownWorld({ settings: { backupsListed: true } });
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        const backup = panel.takeBackup(id, "weekly").id;
        const nightly = panel.takeSnapshot(id, "nightly").id;
        const { droplets } = await world.report(await world.create({ dropletId: id, policy }));
        const outcomes = new Map(droplets[0].resources.map((one) => [one.id, one.outcome]));
        return {
            world,
            backup: outcomes.get(backup),
            nightly: outcomes.get(nightly),
            cost: droplets[0].cost,
        };
    }

    it("are not reported as kept: they have gone with it", async () => {
        const { world, backup, nightly, cost } = await destroyed("keep");
        assert.deepEqual([backup, nightly, cost.remaining], ["destroyed", "kept", "0.15"]);
        assert.deepEqual(world.left(), ["snapshot"]);
    });

    it("are destroyed by a policy that destroys snapshots", async () => {
        const { world, backup, nightly } = await destroyed("destroy");
        assert.deepEqual([backup, nightly], ["destroyed", "destroyed"]);
        assert.deepEqual(world.left(), []);
    });

    it("forbid the destroy where the policy prevents the loss of a snapshot", async () => {
        const { world } = await destroyed("prevent");
        assert.deepEqual(world.left(), ["droplet", "snapshot", "snapshot"]);
    });
});
