import assert from "node:assert/strict";

import { TeardownWorld } from "../support/teardown-world.js";

/** DigitalOcean does not list it with a Droplet, and neither do we: the report says so. */
describe("a reserved IPv6 of a Droplet", () => {
    it("stays, unassigned, and the report says that it was not looked at", async () => {
        const world = new TeardownWorld();
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        const address = panel.createReservedIpv6().id;
        panel.assignReservedIpv6(address, id);
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        await world.delete(stored);
        assert.match(world.announced().at(-1) ?? "", /Not looked at: .*, reserved IPv6 addresses, /);
        assert.deepEqual(world.simulator.state().reservedIpv6s, [{ ip: address, dropletId: null }]);
        assert.deepEqual(world.simulator.state().droplets, []);
        assert.ok(world.simulator.requests().every(({ path }) => !path.includes("ipv6")));
    });
});
