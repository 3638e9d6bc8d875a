import assert from "node:assert/strict";

import { TeardownWorld } from "../support/teardown-world.js";

describe("a retry", () => {
    it("never takes what an older destroy failed in and what is none of the Droplet's any more", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "keep" });
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.panel.destroy(droplet.id, [droplet.volume]);
        await world.pass(10_000);
        world.simulator.panel.detachVolume(droplet.volume);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.ok(world.left().includes("volume"));
    });

    it("that is refused does not claim that nothing was destroyed", async () => {
        const world = new TeardownWorld();
        const { id, volume } = world.dropletWithEverything();
        world.simulator.panel.tagDroplet(id, "mine");
        const stored = await world.create({ dropletId: id, policy: "destroy", requireTag: "mine" });
        world.simulator.faults.failItem(volume, { times: Infinity });
        world.simulator.faults.add({
            match: { method: "POST", path: "*/retry" },
            do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
        });
        const untag = world.clock.sleep(8_000).then(() => world.simulator.panel.untagDroplet(id, "mine"));
        const message = await world.failedDelete(stored);
        await world.run(untag);
        assert.doesNotMatch(message, /nothing was destroyed/);
        assert.match(message, /does not carry the tag mine/);
        assert.match(message, /destroyed +reserved ip/);
        assert.match(message, /doctl compute droplet tag/);
    });
});
