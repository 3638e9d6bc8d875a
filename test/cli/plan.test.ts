import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";

const SAVE = "--policy destroy --out p.json --report r.json";
const APPLY = "destroy --plan p.json --yes --report r.json";

describe("droplet-teardown plan", () => {
    it("shows what would go and what would stay, with its cost, and changes nothing", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        const ran = await world.run("plan web-1 --policy destroy --policy volumes=keep --report r.json");
        assert.equal(ran.code, 0);
        assert.deepEqual(
            ran.stdout
                .replace(/\(\S{36}\)/, "(…)")
                .replace(/ {2,}/g, "  ")
                .split("\n"),
            [
                "droplet web-1 (412000001), $6.00/month: would be destroyed",
                "  destroys  snapshot  web-1-nightly (161000001)  $0.15/month",
                "  keeps  volume  web-1-data (…)  $1.00/month  policy volumes: keep",
                "1 droplet and 1 associated resource to destroy, $6.15/month; 1 associated resource to stay, $1.00/month.",
                "",
            ],
        );
        assert.equal(world.report("r.json").droplets[0]?.outcome, "planned");
        assert.deepEqual(world.changes(), []);
    });

    it("says, as the destroy does, how many backups go with the droplet", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.panel.takeBackup(id, "weekly");
        const line = "  its 1 backup will be deleted too: backups cannot be kept\n";
        const planned = await world.run("plan web-1 --policy keep");
        assert.ok(planned.stdout.includes(line), planned.stdout);
        const destroyed = await world.run("destroy web-1 --yes --policy keep");
        assert.ok(destroyed.stderr.includes(line), destroyed.stderr);
    });

    it("does not say that something stays which somebody's running destroy takes, nor does a destroy", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id, volume } = world.droplet("web-1");
        world.simulator.panel.destroy(id);
        const options = "--policy destroy --policy volumes=keep --report r.json";
        const ran = await world.run(`plan web-1 ${options}`);
        assert.match(ran.stdout, /destroys +volume +web-1-data .* should stay \(policy volumes: keep\)/);
        assert.match(ran.stdout, /^1 droplet and 2 associated resources to destroy, .*; 0 .* to stay/m);
        const ofVolume = () => world.report("r.json").droplets[0]?.resources.find((one) => one.id === volume);
        assert.equal(ofVolume()?.outcome, "pending");
        assert.equal((await world.run(`destroy web-1 --yes --timeout 5s ${options}`)).code, 4);
        assert.equal(ofVolume()?.outcome, "pending");
        assert.match(ofVolume()?.reason ?? "", /^should stay \(policy volumes: keep\)/);
    });

    it("destroys what an older destroy failed to delete, also where the droplet's list has lost it", async () => {
        const world = new CliWorld({ roundTripMs: 150 });
        const { id, volume, snapshot } = world.droplet("web-1");
        const ofVolume = world.simulator.panel.snapshotVolume(volume, "before").id;
        world.simulator.faults.failItem(snapshot);
        world.simulator.faults.failItem(ofVolume);
        world.simulator.panel.destroy(id, [volume, snapshot, ofVolume]);
        await world.clock.run(world.clock.sleep(60_000));
        await world.run(`plan ${id} --policy destroy --report r.json`);
        assert.deepEqual(
            world.report("r.json").droplets[0]?.resources.map((one) => [one.id, one.outcome, one.reason]),
            [
                [snapshot, "pending", null],
                [volume, "destroyed", null],
                [ofVolume, "pending", null],
            ],
        );
        await world.run(`destroy ${id} --yes --policy destroy`);
        assert.deepEqual(world.simulator.state().snapshots, []);
    });

    it("tells what the policy prevents, and that nothing is there", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        const prevented = await world.run("plan web-1 --policy prevent --report r.json");
        assert.equal(prevented.code, 5);
        assert.match(prevented.stdout, /prevents {2}snapshot/);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "refused");
        const nobody = await world.run("plan nobody");
        assert.deepEqual(
            [nobody.code, nobody.stdout],
            [
                0,
                `no droplet that this token can see (team ${world.report("r.json").account}) matches: nothing to destroy (with --require-match this is an error)\n`,
            ],
        );
    });

    it("has the same digest for the same plan, and another for another", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const digest = async (args: string): Promise<string | null> => {
            await world.run(`plan ${args} --report r.json`);
            return world.report("r.json").planDigest;
        };
        const first = await digest("web-1 --policy destroy");
        assert.match(first ?? "", /^sha256:[0-9a-f]{64}$/);
        assert.equal(await digest("web-1 --policy destroy"), first);
        assert.notEqual(await digest(`${id} --policy destroy`), first);
        assert.notEqual(await digest("web-1 --policy destroy --policy volumes=keep"), first);
        world.simulator.panel.takeSnapshot(id, "another");
        assert.notEqual(await digest("web-1 --policy destroy"), first);
    });
});

describe("a saved plan", () => {
    async function planned(args = "web-1"): Promise<{ world: CliWorld; id: number; snapshot: string }> {
        const world = new CliWorld();
        const { id, snapshot } = world.droplet("web-1", ["preview"]);
        const ran = await world.run(`plan ${args} ${SAVE}`);
        assert.equal(ran.code, 0, ran.stderr);
        return { world, id, snapshot };
    }

    it("is carried out exactly, under its digest", async () => {
        const { world } = await planned();
        const { planDigest } = world.report("r.json");
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(world.report("r.json").planDigest, planDigest);
        assert.deepEqual(world.simulator.state().volumes, []);
    });

    it("is refused when there is more now", async () => {
        const { world, id } = await planned();
        world.simulator.panel.takeSnapshot(id, "later");
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /attached after the plan was approved: snapshot later/);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "refused");
        assert.deepEqual(world.changes(), []);
    });

    it("goes on when there is less now", async () => {
        const { world, snapshot } = await planned();
        world.simulator.panel.deleteSnapshot(snapshot);
        assert.equal((await world.run(APPLY)).code, 0);
        assert.deepEqual(world.simulator.state().droplets, []);
    });

    it("goes on when the droplet is gone, and resumes what was interrupted", async () => {
        const { world } = await planned();
        await world.run(`${APPLY} --timeout 2s`);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal((await world.run(APPLY)).code, 0);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
    });

    it("is refused when the name belongs to another droplet now", async () => {
        const { world, id } = await planned();
        world.simulator.panel.deleteDroplet(id);
        const other = world.simulator.panel.createDroplet("web-1");
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, new RegExp(`the plan does not have droplet web-1 \\(${other.id}\\)`));
        assert.deepEqual(world.changes(), []);
    });

    it("is refused when the droplet has another name now", async () => {
        const { world, id } = await planned("412000001");
        assert.equal(id, 412000001);
        await world.simulator.fetch(`http://api.example/v2/droplets/${id}/actions`, {
            method: "POST",
            headers: { authorization: `Bearer dop_v1_${"1".repeat(64)}` },
            body: JSON.stringify({ type: "rename", name: "db-1" }),
        });
        await world.clock.run(world.clock.sleep(5_000));
        world.simulator.clearRequests();
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 5, ran.stdout);
        assert.match(ran.stderr, /droplet web-1 \(412000001\) is now named db-1/);
        assert.deepEqual(world.changes(), []);
    });

    it("is refused when more droplets carry the tag now", async () => {
        const { world } = await planned("--tag-name preview");
        world.droplet("web-2", ["preview"]);
        const ran = await world.run(APPLY);
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /the plan does not have droplet web-2/);
        assert.deepEqual(world.changes(), []);
    });

    it("is refused when it was changed by hand, or is none", async () => {
        const { world, snapshot } = await planned();
        const text = world.files.get("p.json") ?? "";
        for (const changed of [
            text.replace(snapshot, "161000099"),
            "{}",
            "no plan",
            text.replace(/"terms"/, '"x"'),
        ]) {
            world.files.set("p.json", changed);
            const ran = await world.run(APPLY);
            assert.equal(ran.code, 5, changed.slice(0, 50));
            assert.match(ran.stderr, /p\.json (was changed since it was saved|is not a saved plan)/);
        }
        assert.deepEqual(world.changes(), []);
    });

    it("is refused with the token of another account, and at another endpoint", async () => {
        const { world } = await planned();
        const other = `dop_v1_${"9".repeat(64)}`;
        world.simulator.setToken(other, { team: "other" });
        const env = { DIGITALOCEAN_TOKEN: other };
        const ran = await world.run(APPLY, { env });
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /another account/);
        const elsewhere = { DIGITALOCEAN_TOKEN: other, DIGITALOCEAN_API_URL: "http://127.0.0.1:9" };
        assert.match((await world.run(APPLY, { env: elsewhere })).stderr, /the plan is for https:/);
    });

    it("is not saved where part of it cannot be carried out", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        const ran = await world.run(`plan web-1 ${SAVE} --policy volumes=prevent`);
        assert.equal(ran.code, 5);
        assert.equal(world.files.has("p.json"), false);
    });

    it("says everything by itself", async () => {
        const { world } = await planned();
        for (const more of ["web-1", "--policy keep", "--keep x", "--tag-name t", "--require-tag t"]) {
            assert.equal((await world.run(`${APPLY} ${more}`)).code, 2, more);
        }
    });
});
