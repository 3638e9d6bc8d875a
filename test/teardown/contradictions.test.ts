import assert from "node:assert/strict";

import { TeardownWorld } from "../support/teardown-world.js";

const SETTINGS = { roundTripMs: 150, destroyDurationMs: 9_000 } as const;

/** What each destroying request asked for, by kind. */
function requested(world: TeardownWorld): unknown[] {
    return world.simulator
        .requests()
        .filter(({ method, path }) => method === "DELETE" && path.endsWith("/selective"))
        .map(({ body }) => JSON.parse(body) as unknown);
}

describe("a status that says something is destroyed", () => {
    it("is not believed where it has an error as well: that is requested again", async () => {
        const world = new TeardownWorld({ settings: { ...SETTINGS, failedDestroyedAt: "set" } });
        const { id, volume } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        world.simulator.faults.failItem(volume);
        await world.delete(stored);
        assert.equal(world.changes().length, 2);
        assert.deepEqual(world.left(), []);
    });

    it("is not believed where it has an error as well and the Droplet is gone", async () => {
        const settings = { ...SETTINGS, failedDestroyedAt: "set", dropletSurvivesFailure: false } as const;
        const world = new TeardownWorld({ settings });
        const { id, volume } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        world.simulator.faults.failItem(volume);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202", `DELETE ${volume} 204`]);
        assert.deepEqual(world.left(), []);
    });

    it("is history where the Droplet's own list shows it: an address may be handed out again", async () => {
        const world = new TeardownWorld({ settings: SETTINGS });
        const { panel, faults } = world.simulator;
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
        faults.failDroplet(droplet.id);
        panel.destroy(droplet.id, [droplet.addressId]);
        await world.pass(60_000);
        const again = panel.createReservedIp("nyc3", droplet.address);
        panel.assignReservedIp(again.id, droplet.id);
        await world.delete(stored);
        assert.deepEqual(world.left(), []);
        const [{ reserved_ips: addresses } = {}] = requested(world) as { reserved_ips?: string[] }[];
        assert.deepEqual(addresses, [again.associatedId]);
    });

    it("is history where a volume of an earlier destroy is there after all", async () => {
        const world = new TeardownWorld({ settings: { ...SETTINGS, failedDestroyedAt: "set" } });
        const { panel, faults } = world.simulator;
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
        faults.failItem(droplet.volume);
        panel.destroy(droplet.id, [droplet.volume]);
        await world.pass(60_000);
        const report = await world.report(stored);
        assert.deepEqual(world.left(), []);
        assert.deepEqual(
            report.droplets[0].resources
                .filter(({ kind }) => kind === "volume")
                .map(({ outcome }) => outcome),
            ["destroyed"],
        );
    });
});

describe("many leftovers of a Droplet that is gone", () => {
    it("are looked up and deleted some at a time, so that each delete rests on a fresh look", async () => {
        const world = new TeardownWorld({ settings: SETTINGS });
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "destroy", timeout: "1h" });
        for (let nth = 0; nth < 190; nth += 1) {
            panel.takeSnapshot(id, `nightly-${nth}`);
        }
        panel.deleteDroplet(id);
        await world.delete(stored);
        assert.deepEqual(world.left(), []);
        const { length } = world.requests();
        assert.ok(length < 190 * 3 + 20, `${length} requests`);
    });
});
