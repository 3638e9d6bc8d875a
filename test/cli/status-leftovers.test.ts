import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";
import { rewritten } from "../support/rewritten.js";

/** A Droplet that is gone, of whose destroy the snapshot failed. */
async function leftover(settings: ConstructorParameters<typeof CliWorld>[0] = {}) {
    const world = new CliWorld({ ...settings, dropletSurvivesFailure: false });
    const web = world.droplet("web-1");
    world.simulator.faults.failItem(web.snapshot, { times: 1, message: "snapshot is busy" });
    world.simulator.panel.destroy(web.id);
    await world.clock.run(world.clock.sleep(60_000));
    return { world, ...web };
}

describe("status of a destroy that has failed in part", () => {
    it("looks up what is left, and says why it failed in DigitalOcean's words", async () => {
        const { world, id } = await leftover();
        const ran = await world.run(`status ${id}`);
        assert.equal(ran.code, 3, ran.stdout);
        assert.match(ran.stdout, /failed +snapshot +web-1-nightly .*snapshot is busy/);
        assert.match(ran.stdout, /Destroy what is left/);
    });

    it("prints a command that destroys nothing that the destroy has not named", async () => {
        const world = new CliWorld();
        const { id, snapshot, volume } = world.droplet("web-1");
        world.simulator.faults.failItem(snapshot, { times: 1 });
        await world.run(`destroy ${id} --yes --policy destroy --keep ${volume} --retries 0`);
        const ran = await world.run(`status ${id}`);
        const [, printed = ""] = /^ {2}npx \S+ (destroy .*)$/m.exec(ran.stdout) ?? [];
        assert.equal((await world.run(printed, { answer: "web-1" })).code, 0, printed);
        const { volumes, snapshots } = world.simulator.state();
        assert.deepEqual([volumes.map((one) => one.id), snapshots], [[volume], []]);
    });

    it("prints that command with addresses, whose ids nobody knows once the droplet is gone", async () => {
        const world = new CliWorld({ dropletSurvivesFailure: false });
        const { panel } = world.simulator;
        const { id, snapshot } = world.droplet("web-1");
        const { id: address } = panel.createReservedIp();
        panel.assignReservedIp(address, id);
        world.simulator.faults.failItem(snapshot, { times: 1 });
        panel.destroy(id, [snapshot]);
        const ran = await world.run(`status ${id} --wait`);
        const [, printed = ""] = /^ {2}npx \S+ (destroy .*)$/m.exec(ran.stdout) ?? [];
        assert.match(printed, new RegExp(`--keep ${address}( |$)`));
        assert.equal((await world.run(printed, { answer: String(id) })).code, 0, printed);
    });

    it("ends with 0 once what was left is gone, whatever the old status says", async () => {
        const { world, id } = await leftover();
        assert.equal((await world.run(`destroy ${id} --yes --policy destroy`)).code, 0);
        const ran = await world.run(`status ${id} --report r.json`);
        assert.equal(ran.code, 0, ran.stdout);
        assert.doesNotMatch(ran.stdout, /not looked at|Destroy what is left/);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "destroyed");
    });

    it("ends with 3 while what was left cannot be looked up", async () => {
        const { world, id, snapshot } = await leftover();
        world.simulator.faults.add({
            match: { method: "GET", path: new RegExp(`/${snapshot}$`) },
            times: Number.POSITIVE_INFINITY,
            do: { kind: "answer", status: 403, id: "forbidden", message: "no" },
        });
        assert.equal((await world.run(`status ${id}`)).code, 3);
    });

    it("ends with 3 while it counts a failure that it does not list", async () => {
        const { world, id, snapshot } = await leftover();
        world.simulator.panel.deleteSnapshot(snapshot);
        const fetch = rewritten(world, "/status", (text) => text.replace(/"failures":\s*1/, '"failures":2'));
        assert.equal((await world.run(`status ${id}`, { fetch })).code, 3);
        assert.equal((await world.run(`status ${id}`)).code, 0);
    });

    it("with --wait, looks up what failed once it has ended", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000, dropletSurvivesFailure: false });
        const { id, snapshot } = world.droplet("web-1");
        world.simulator.faults.failItem(snapshot, { times: 1, message: "snapshot is busy" });
        world.simulator.panel.destroy(id);
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 3, ran.stdout);
        assert.match(ran.stdout, /failed +snapshot +web-1-nightly .*snapshot is busy/);
    });
});
