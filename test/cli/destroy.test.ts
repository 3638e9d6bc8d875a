import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";

const UNATTENDED = "--yes --policy destroy --report r.json";

describe("droplet-teardown destroy", () => {
    it("destroys a droplet with what the policy takes, and reports it", async () => {
        const world = new CliWorld();
        const { id, volume } = world.droplet("web-1");
        const ran = await world.run(`destroy web-1 ${UNATTENDED} --policy volumes=keep`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stdout, /^droplet web-1 \(412000001\): destroyed\n {2}kept +volume +web-1-data/);
        const [droplet] = world.report("r.json").droplets;
        assert.deepEqual([droplet?.id, droplet?.outcome], [id, "destroyed"]);
        assert.deepEqual(droplet?.resources.map(({ outcome }) => outcome).sort(), ["destroyed", "kept"]);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(
            world.simulator.state().volumes.map((left) => left.id),
            [volume],
        );
    });

    it("shows every resource of the plan, on standard error, before anything is sent", async () => {
        const world = new CliWorld();
        world.droplet("web-1", ["teardown:shop:dev"]);
        const { stderr } = await world.run(`destroy web-1 ${UNATTENDED}`);
        assert.match(
            stderr,
            /belongs to the Pulumi stack shop\/dev.*\ndestroying droplet web-1 \(412000001\), \$6\.00\/month/,
        );
        assert.match(stderr, /destroys {2}snapshot {2}web-1-nightly \(\d+\)/);
        assert.match(stderr, /destroys {2}volume +web-1-data/);
    });

    it("destroys the droplet alone where no policy is given, and says what stays and what it costs", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        const ran = await world.run("destroy web-1", { answer: "web-1" });
        assert.equal(ran.code, 0);
        assert.deepEqual(ran.questions, ['Type "web-1" to destroy it: ']);
        assert.match(ran.stdout, /Still accruing \$1\.15\/month/);
        assert.equal(world.simulator.state().volumes.length, 1);
    });

    it("destroys nothing without a confirmation", async () => {
        for (const answer of ["web-2", "", "yes", null]) {
            const world = new CliWorld();
            world.droplet("web-1");
            const ran = await world.run("destroy web-1 --report r.json", { answer });
            assert.equal(ran.code, 5);
            assert.deepEqual(world.changes(), []);
            assert.equal(world.report("r.json").droplets[0]?.outcome, "refused");
        }
    });

    it("refuses, without a terminal, everything that is not said in full", async () => {
        for (const args of [
            "destroy web-1",
            "destroy web-1 --policy destroy",
            "destroy web-1 --yes",
            "destroy --tag-name t --yes --policy destroy",
        ]) {
            const world = new CliWorld();
            world.droplet("web-1", ["t"]);
            const ran = await world.run(`${args} --report r.json`);
            assert.equal(ran.code, 5, args);
            assert.match(ran.stderr, /nothing was destroyed/);
            assert.match(world.report("r.json").error ?? "", /nothing was destroyed/);
            assert.deepEqual(world.simulator.requests(), [], args);
        }
    });

    it("does not ask where everything is gone already", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        await world.run(`destroy ${id} ${UNATTENDED}`);
        const again = await world.run(`destroy ${id} --policy destroy`, { answer: null });
        assert.equal(again.code, 0);
        assert.deepEqual(again.questions, []);
        assert.match(again.stdout, /destroyed/);
    });

    it("takes a droplet that nobody knows for gone", async () => {
        const world = new CliWorld();
        const ran = await world.run(`destroy 999 ${UNATTENDED}`);
        assert.equal(ran.code, 0);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "not-found");
        const named = await world.run(`destroy nobody ${UNATTENDED}`);
        assert.equal(named.code, 0);
        assert.match(named.stderr, /no droplet that this token can see is named "nobody"/);
        assert.deepEqual(world.report("r.json").notFound, ["nobody"]);
        assert.deepEqual(world.report("r.json").droplets, []);
    });

    it("reports what nobody is named, and what no entry of --keep matches, on every surface", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        for (const command of ["plan", "destroy --yes"]) {
            const args = `${command} web-1 nobody --policy keep --keep "pg-*" --report r.json --summary s.md`;
            const ran = await world.run(args);
            assert.equal(ran.code, 0, ran.stderr);
            assert.match(ran.stderr, /no droplet that this token can see is named "nobody"/);
            assert.match(ran.stdout, /^ {2}keep: nothing matches pg-\*$/m);
            const { notFound, lateArrivals, droplets } = world.report("r.json");
            assert.deepEqual(
                [notFound, lateArrivals, droplets[0]?.unmatchedKeep],
                [["nobody"], null, ["pg-*"]],
            );
            const summary = world.files.get("s.md") ?? "";
            assert.match(summary, /\n\nNo droplet is named `nobody`\.\n\n/);
            assert.match(summary, /\n\nNothing matches what is to be kept: `pg-\*`\.\n\n/);
            world.files.delete("s.md");
        }
    });

    it("finds names without regard to case, and GPU droplets too", async () => {
        const world = new CliWorld();
        world.simulator.panel.createDroplet("Trainer", { size: "gpu-h100x1-80gb", region: "tor1" });
        const ran = await world.run(`destroy trainer ${UNATTENDED}`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(world.simulator.state().droplets, []);
    });

    it("lists what an ambiguous name matches, and destroys nothing", async () => {
        const world = new CliWorld();
        const [first, second] = [
            world.droplet("web-1", ["blue"]),
            world.simulator.panel.createDroplet("WEB-1"),
        ];
        const ran = await world.run(`destroy web-1 ${UNATTENDED}`);
        assert.equal(ran.code, 5);
        assert.match(
            ran.stderr,
            new RegExp(`2 droplets are named web-1.*\\n.*${first.id} .*blue\\n.*${second.id}`),
        );
        assert.deepEqual(world.changes(), []);
    });

    it("names each droplet once, however it is asked for", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        await world.run(`destroy ${id} web-1 WEB-1 ${UNATTENDED}`);
        assert.equal(world.report("r.json").droplets.length, 1);
    });

    it("destroys everything with a tag, and nothing else", async () => {
        const world = new CliWorld();
        const tagged = [world.droplet("a", ["preview"]).id, world.droplet("b", ["preview"]).id];
        const other = world.droplet("c").id;
        const ran = await world.run(`destroy --tag-name preview ${UNATTENDED} --max-droplets 2`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stdout, /2 of 2 droplets are gone/);
        assert.deepEqual(
            world.report("r.json").droplets.map(({ id }) => id),
            tagged,
        );
        assert.deepEqual(
            world.simulator.state().droplets.map(({ id }) => id),
            [other],
        );
    });

    it("asks for the number of droplets where there are several", async () => {
        const world = new CliWorld();
        world.droplet("a", ["preview"]);
        world.droplet("b", ["preview"]);
        const ran = await world.run("destroy --tag-name preview", { answer: "2 droplets" });
        assert.equal(ran.code, 0, ran.stderr);
    });

    it("refuses more droplets than are allowed", async () => {
        const world = new CliWorld();
        world.droplet("a", ["preview"]);
        world.droplet("b", ["preview"]);
        const ran = await world.run(`destroy --tag-name preview ${UNATTENDED} --max-droplets 1`);
        assert.equal(ran.code, 5);
        assert.match(ran.stderr, /2 droplets are selected, and --max-droplets allows 1/);
        assert.deepEqual(world.changes(), []);
    });

    it("refuses a droplet that does not carry the tag it must, and goes on with the others", async () => {
        const world = new CliWorld();
        const [mine, other] = [world.droplet("mine", ["ci"]).id, world.droplet("other").id];
        const ran = await world.run(`destroy ${mine} ${other} ${UNATTENDED} --require-tag ci`);
        assert.equal(ran.code, 5);
        assert.deepEqual(
            world.report("r.json").droplets.map(({ outcome }) => outcome),
            ["destroyed", "refused"],
        );
    });

    it("refuses while the policy prevents it", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        const ran = await world.run(`destroy web-1 ${UNATTENDED} --policy volumes=prevent`);
        assert.equal(ran.code, 5);
        assert.match(ran.stdout, /prevents it while there is volume web-1-data/);
        assert.deepEqual(world.changes(), []);
    });

    it("keeps by name, id and pattern, and refuses a plain entry that matches nothing", async () => {
        const world = new CliWorld();
        const { snapshot } = world.droplet("web-1");
        const wrong = await world.run(`destroy web-1 ${UNATTENDED} --keep web-1-dta --keep pg-*`);
        assert.equal(wrong.code, 5);
        assert.match(wrong.stderr, /--keep matches nothing that belongs to the droplets: web-1-dta\n/);
        assert.deepEqual(world.changes(), []);
        const right = await world.run(
            `destroy web-1 ${UNATTENDED} --keep *-data --keep ${snapshot} --keep pg-*`,
        );
        assert.equal(right.code, 0, right.stderr);
        const { volumes, snapshots } = world.simulator.state();
        assert.deepEqual([volumes.length, snapshots.length], [1, 1]);
    });

    it("destroys nothing that came up after the plan was shown", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        let lists = 0;
        const ran = await world.run("destroy web-1 --policy destroy", {
            answer: "web-1",
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                if (url.endsWith("/destroy_with_associated_resources")) {
                    lists += 1;
                    if (lists === 1) {
                        world.simulator.panel.takeSnapshot(id, "just-made");
                    }
                }
                return answer;
            },
        });
        assert.equal(ran.code, 5);
        assert.match(ran.stdout, /attached after the plan was approved: snapshot just-made/);
        assert.deepEqual(world.changes(), []);
    });

    it("retries what failed, and reports what would not go, with the way on", async () => {
        const world = new CliWorld();
        const { snapshot } = world.droplet("web-1");
        world.simulator.faults.failItem(snapshot, { times: 99, message: "resource is busy" });
        const ran = await world.run(`destroy web-1 ${UNATTENDED} --retries 1`);
        assert.equal(ran.code, 3);
        assert.match(ran.stdout, /failed +snapshot +web-1-nightly.*resource is busy/);
        assert.match(ran.stdout, new RegExp(`To leave what failed, add --keep ${snapshot}`));
        assert.equal(world.report("r.json").droplets[0]?.outcome, "partial");
    });

    it("stops waiting at the deadline, says that it goes on, and resumes", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id } = world.droplet("web-1");
        const first = await world.run(`destroy ${id} ${UNATTENDED} --timeout 30s`);
        assert.equal(first.code, 4);
        assert.match(first.stdout, /not finished after 30s; the destroy is still running at DigitalOcean/);
        assert.match(first.stdout, /Resume by id/);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "in-progress");
        const second = await world.run(`destroy ${id} ${UNATTENDED}`);
        assert.equal(second.code, 0);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
    });

    it("stops waiting when it is interrupted, and leaves the report", async () => {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id } = world.droplet("web-1");
        const ran = await world.run(`destroy ${id} ${UNATTENDED}`, { interruptedAfterMs: 20_000 });
        assert.equal(ran.code, 4);
        assert.match(ran.stdout, /interrupted; the destroy is still running at DigitalOcean/);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "in-progress");
    });

    it("says that nothing was destroyed when it is interrupted before anything was sent", async () => {
        const world = new CliWorld({ roundTripMs: 10_000 });
        world.droplet("web-1");
        const ran = await world.run(`destroy web-1 ${UNATTENDED}`, { interruptedAfterMs: 5_000 });
        assert.equal(ran.code, 4);
        assert.match(ran.stderr, /interrupted; nothing was destroyed/);
        assert.deepEqual(world.changes(), []);
        assert.match(world.report("r.json").error ?? "", /interrupted/);
    });

    it("begins nothing where the report cannot be written", async () => {
        const world = new CliWorld();
        world.droplet("web-1");
        const ran = await world.run("destroy web-1 --yes --policy destroy --report /nowhere/r.json");
        assert.equal(ran.code, 1);
        assert.match(ran.stderr, /ENOENT/);
        assert.deepEqual(world.simulator.requests(), []);
    });

    it("finishes what an earlier destroy left: snapshots of a droplet that is gone", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.panel.deleteDroplet(id);
        const ran = await world.run(`destroy ${id} --policy destroy`, { answer: String(id) });
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(
            ran.stderr,
            /not visible to this token .*; some of its resources remain\n {2}destroys {2}snapshot {2}web-1-nightly/,
        );
        assert.deepEqual(world.simulator.state().snapshots, []);
    });
});
