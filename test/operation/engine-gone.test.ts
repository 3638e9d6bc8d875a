import assert from "node:assert/strict";

import { AbandonedError } from "../../provider/teardown/errors.js";
import { TeardownWorld } from "../support/teardown-world.js";

describe("an engine that is killed", () => {
    async function begin() {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy", timeout: "2h" });
        const goneAtMs = world.clock.now() + 30_000;
        const ensureAlive = () =>
            world.clock.now() < goneAtMs
                ? Promise.resolve()
                : Promise.reject(new AbandonedError("the Pulumi engine is gone"));
        return { world, droplet, stored, ensureAlive };
    }

    it("while a destroy waits for its turn has none sent", async () => {
        const { world, stored, ensureAlive } = await begin();
        world.simulator.faults.add({
            match: { method: "DELETE", path: "*/selective" },
            do: { kind: "tooManyRequests", retryAfterS: 50 },
        });
        const message = await world.failedDelete(stored, { ensureAlive });
        assert.match(message, /the Pulumi engine is gone/);
        assert.doesNotMatch(message, /the destroy goes on/);
        assert.deepEqual(world.changes(), ["DELETE selective 429"]);
        assert.equal(world.left().length, 5);
    });

    it("while snapshots that were left behind go has no more of them deleted", async () => {
        const { world, droplet, stored, ensureAlive } = await begin();
        world.simulator.panel.takeSnapshot(droplet.id, "weekly");
        world.simulator.panel.deleteDroplet(droplet.id);
        await world.pass(5_000);
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/snapshots/*" },
            do: { kind: "tooManyRequests", retryAfterS: 50 },
        });
        await world.failedDelete(stored, { ensureAlive });
        assert.equal(world.changes().length, 1);
    });

    it("or does not take lines stops no destroy", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        await world.delete(stored, { log: () => Promise.reject(new Error("no such line")) });
        assert.deepEqual(world.left(), []);
    });
});
