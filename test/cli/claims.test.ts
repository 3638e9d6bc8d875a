import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";

const UNATTENDED = "--yes --policy destroy --report r.json";
const OTHER_TOKEN = `dop_v1_${"9".repeat(64)}`;

describe("what the command line claims", () => {
    it("says how to resume by id, after a failure by tag and after an interrupt by name", async () => {
        const world = new CliWorld();
        const { id, volume } = world.droplet("web-1", ["t"]);
        world.simulator.faults.failItem(volume, { times: 99 });
        const failed = await world.run(
            `destroy --tag-name t ${UNATTENDED} --max-droplets 1 --retries 0 --summary s.md`,
        );
        assert.equal(failed.code, 3);
        const command = new RegExp(`npx pulumi-droplet-teardown@\\S+ destroy ${id} --yes --policy destroy`);
        assert.match(failed.stdout, command);
        assert.match(world.files.get("s.md") ?? "", command);
        const late = new CliWorld({ destroyDurationMs: 60_000 });
        const slow = late.droplet("web-1");
        const stopped = await late.run(`destroy web-1 ${UNATTENDED}`, { interruptedAfterMs: 20_000 });
        assert.equal(stopped.code, 4);
        assert.match(stopped.stdout, new RegExp(`destroy ${slow.id} --yes --policy destroy`));
    });

    it("never calls gone what a token of another team cannot see", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.setToken(OTHER_TOKEN, { team: "other" });
        const env = { DIGITALOCEAN_TOKEN: OTHER_TOKEN };
        const ran = await world.run(`destroy ${id} ${UNATTENDED}`, { env });
        assert.equal(ran.code, 0);
        assert.match(ran.stdout, /not visible to this token \(of team /);
        assert.doesNotMatch(ran.stdout, /already gone|No remaining cost found/);
        assert.match(world.report("r.json").droplets[0]?.error ?? "", /not visible/);
        const strict = await world.run(`destroy ${id} ${UNATTENDED} --require-match`, { env });
        assert.equal(strict.code, 5);
        assert.equal((await world.run(`status ${id}`, { env })).code, 5);
        const wrong = await world.run(`destroy ${id} ${UNATTENDED} --account somebody`);
        assert.equal(wrong.code, 5);
        assert.deepEqual(world.changes(), []);
    });

    it("takes a carriage return off an id, and tells a name of digits from an id", async () => {
        const world = new CliWorld();
        const { id } = world.simulator.panel.createDroplet("12345");
        assert.equal((await world.run(`plan "${id}\r" --report r.json`)).code, 0);
        assert.equal(world.report("r.json").droplets[0]?.id, id);
        assert.equal((await world.run("plan name:12345 --report r.json")).code, 0);
        assert.equal(world.report("r.json").droplets[0]?.id, id);
        const byNumber = await world.run(`destroy 12345 ${UNATTENDED}`);
        assert.equal(byNumber.code, 0);
        assert.match(byNumber.stdout, /or never there \(if 12345 is its name, write name:12345\)/);
        assert.match((await world.run("plan 12345")).stdout, /write name:12345/);
        assert.doesNotMatch((await world.run("plan 412999999")).stdout, /write name:/);
        assert.equal((await world.run('plan "1\u200b2"')).code, 2);
        assert.equal((await world.run("plan typo --require-match")).code, 5);
    });

    it("counts a droplet as remaining until it is proven gone, and is a number without a match", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id } = world.droplet("web-1");
        await world.run(`destroy ${id} ${UNATTENDED} --timeout 20s`);
        assert.equal(world.report("r.json").cost.remaining, "7.15");
        await world.run(`destroy nobody ${UNATTENDED}`);
        assert.equal(world.report("r.json").cost.remaining, "0.00");
    });

    it("says of a droplet whose list was not read yet that its total is a lower bound, in the report of a killed run", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id } = world.droplet("web-1");
        const running = world.run(`destroy ${id} ${UNATTENDED}`);
        await world.clock.run(world.clock.sleep(20_000));
        const [left] = world.report("r.json").droplets;
        assert.equal(left?.outcome, "in-progress");
        assert.deepEqual(left.unread, ["reserved_ip", "snapshot", "volume", "volume_snapshot"]);
        await running;
        assert.deepEqual(world.report("r.json").droplets[0]?.unread, []);
    });

    it("never says that no cost remains of what an earlier run kept", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const first = await world.run(`destroy ${id} ${UNATTENDED} --policy volumes=keep`);
        assert.match(first.stdout, /Still accruing \$1\.00\/month/);
        const again = await world.run(`destroy ${id} ${UNATTENDED} --policy volumes=keep`);
        assert.equal(again.code, 0);
        assert.doesNotMatch(again.stdout, /No remaining cost found/);
        assert.match(again.stdout, /could not be read: reserved ips, volumes, volume snapshots/);
    });
});
