import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";

const APPLY = "destroy --plan p.json --yes --report r.json";

async function planned(settings: ConstructorParameters<typeof CliWorld>[0] = {}) {
    const world = new CliWorld(settings);
    const web = world.droplet("web-1");
    const { panel } = world.simulator;
    const address = panel.createReservedIp();
    panel.assignReservedIp(address.id, web.id);
    const ran = await world.run(`plan ${web.id} --policy destroy --out p.json`);
    assert.equal(ran.code, 0, ran.stderr);
    return { world, web, address };
}

function told(world: CliWorld): (string | null)[][] {
    const [report] = world.report("r.json").droplets;
    return (report?.resources ?? [])
        .map(({ name, outcome, reason, monthlyCost }) => [name, outcome, reason ?? "", monthlyCost])
        .sort();
}

describe("what a saved plan names", () => {
    it("is accounted for although it hangs on nothing any more", async () => {
        const { world, web, address } = await planned();
        world.simulator.panel.detachVolume(web.volume);
        world.simulator.panel.unassignReservedIp(address.id);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 0, ran.stdout);
        const why = "left in place: no longer attached to anything";
        assert.deepEqual(told(world), [
            [address.id, "kept", why, "5.00"],
            ["web-1-data", "kept", why, "1.00"],
            ["web-1-nightly", "destroyed", "", "0.15"],
        ]);
        assert.equal(world.report("r.json").cost.remaining, "6.00");
        assert.match(ran.stdout, /Still accruing \$6\.00\/month/);
    });

    it("is accounted for although it hangs on another Droplet by now", async () => {
        const { world, web } = await planned();
        const { panel } = world.simulator;
        panel.detachVolume(web.volume);
        const other = panel.createDroplet("web-2");
        panel.attachVolume(web.volume, other.id);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 0, ran.stdout);
        assert.match(ran.stdout, new RegExp(`kept +volume +web-1-data .*in use by droplet ${other.id}`));
    });

    it("is accounted for although somebody else has destroyed the Droplet", async () => {
        const { world, web } = await planned();
        world.simulator.panel.deleteDroplet(web.id);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 0, ran.stdout);
        assert.match(ran.stdout, /kept +volume +web-1-data .*left in place.* +\$1\.00\/month/);
        assert.deepEqual(
            world.simulator.state().volumes.map(({ name }) => name),
            ["web-1-data"],
        );
    });

    it("has its names and costs when the plan is resumed", async () => {
        const { world } = await planned({ destroyDurationMs: 120_000 });
        assert.equal((await world.run(`${APPLY} --timeout 30s`)).code, 4);
        await world.clock.run(world.clock.sleep(200_000));
        assert.equal((await world.run(APPLY)).code, 0);
        assert.deepEqual(
            told(world).map(([name, outcome, , cost]) => [name, outcome, cost]),
            [
                ["198.19.0.1", "destroyed", "5.00"],
                ["web-1-data", "destroyed", "1.00"],
                ["web-1-nightly", "destroyed", "0.15"],
            ],
        );
    });

    it("is in the report of a plan that is refused", async () => {
        const { world, web } = await planned();
        const { panel } = world.simulator;
        panel.detachVolume(web.volume);
        panel.takeSnapshot(web.id, "later");
        assert.equal((await world.run(APPLY)).code, 5);
        assert.ok(told(world).some(([name]) => name === "web-1-data"));
        assert.deepEqual(world.changes(), []);
    });
});
