import assert from "node:assert/strict";

import { ProgramWorld } from "../support/program-world.js";
import { TeardownWorld } from "../support/teardown-world.js";

/** DigitalOcean does not list it with a Droplet, and neither do we: the report says so. */
describe("what nobody looks at", () => {
    it("is said once where a stack of three Droplets is destroyed, in the log and in the summary", async () => {
        const world = new ProgramWorld();
        const programs = [await world.up(), await world.up(), await world.up()];
        const process = world.process({ env: { DROPLET_TEARDOWN_SUMMARY: "/summary.md" } });
        for (const program of programs) {
            await world.run(process.record.delete("record", program.record ?? {}));
            await world.run(process.delete("teardown", program.executor));
        }
        const said = /Not looked at: /g;
        const log = world.announced().join("\n");
        assert.equal(log.match(/: destroyed$/gm)?.length, 3);
        assert.equal(log.match(said)?.length, 1);
        const summary = world.files.get("/summary.md") ?? "";
        assert.equal(summary.match(/^### /gm)?.length, 3);
        assert.equal(summary.match(said)?.length, 1);
    });
});

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
        assert.deepEqual(world.simulator.state().reservedIpv6s, [{ address, dropletId: null }]);
        assert.deepEqual(world.simulator.state().droplets, []);
        assert.ok(world.simulator.requests().every(({ path }) => !path.includes("ipv6")));
    });
});
