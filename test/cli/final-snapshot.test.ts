import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";

const NAME = "web-1-2026-01-01-final-412000001";
const DESTROY = "destroy web-1 --yes --policy destroy --final-snapshot --report r.json";
const ONCE = ["POST actions 201", "DELETE selective 202"];

function begin(settings: ConstructorParameters<typeof CliWorld>[0] = {}): CliWorld {
    const world = new CliWorld({ snapshotMs: 90_000, ...settings });
    world.droplet("web-1");
    return world;
}

function snapshotNames(world: CliWorld): string[] {
    return world.simulator.state().snapshots.map(({ name }) => name);
}

describe("droplet-teardown destroy --final-snapshot", () => {
    it("takes it, waits for it, keeps it, and names it with its cost on every surface", async () => {
        const world = begin();
        const ran = await world.run(`${DESTROY} --summary s.md`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
        const row =
            /snapshot +web-1-2026-01-01-final-412000001 \(161000002\) +final snapshot +\$0\.15\/month/;
        assert.match(ran.stdout, row);
        assert.match(ran.stderr, /takes the final snapshot web-1-2026-01-01-final-412000001/);
        assert.match(
            world.files.get("s.md") ?? "",
            /kept.*snapshot.*web-1-2026-01-01-final-412000001.*final snapshot.*0\.15/,
        );
        const [droplet] = world.report("r.json").droplets;
        assert.deepEqual(
            droplet?.resources.find(({ id }) => id === "161000002"),
            {
                kind: "snapshot",
                id: "161000002",
                name: NAME,
                outcome: "kept",
                reason: "final snapshot",
                monthlyCost: "0.15",
            },
        );
        assert.equal(droplet.cost.remaining, "0.15");
    });

    it("keeps it in a second run, with the option and without it", async () => {
        for (const option of ["--final-snapshot", ""]) {
            const world = begin();
            await world.run(DESTROY);
            const again = await world.run(`destroy 412000001 --yes --policy destroy ${option}`);
            assert.equal(again.code, 0, again.stderr);
            assert.deepEqual(world.changes(), ONCE);
            assert.deepEqual(snapshotNames(world), [NAME]);
        }
    });

    it("takes no other one's that is a day old by DigitalOcean's clock, where ours is behind", async () => {
        const world = begin({ clockSkewMs: 6 * 3_600_000 });
        world.simulator.panel.takeSnapshot(412000001, NAME);
        await world.clock.run(world.clock.sleep(25 * 3_600_000));
        await world.run(DESTROY);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME, "web-1-2026-01-02-final-412000001"]);
    });

    it("takes the beginning of the name", async () => {
        const world = begin();
        await world.run('destroy web-1 --yes --policy destroy --final-snapshot "before {date}"');
        assert.deepEqual(snapshotNames(world), ["before 2026-01-01-final-412000001"]);
        for (const wrong of ["--final-snapshot={user}", '--final-snapshot " "']) {
            const ran = await world.run(`plan web-1 ${wrong}`);
            assert.equal(ran.code, 2);
            assert.match(ran.stderr, /--final-snapshot/);
        }
    });

    it("exits 5 where it cannot be taken, and 6 where the token may not", async () => {
        const failing = begin({ snapshotResult: "error" });
        const refused = await failing.run(DESTROY);
        assert.equal(refused.code, 5);
        assert.match(refused.stdout, /nothing was destroyed, because the final snapshot could not be taken/);
        assert.deepEqual(failing.changes(), ["POST actions 201"]);
        const forbidden = begin();
        forbidden.simulator.faults.add({
            match: { path: "/v2/droplets/*/actions", method: "POST" },
            do: { kind: "answer", status: 403 },
        });
        const ran = await forbidden.run(DESTROY);
        assert.equal(ran.code, 6);
        assert.match(ran.stdout, /Give the token the scope droplet:update/);
        assert.deepEqual(forbidden.changes(), ["POST actions 403"]);
    });

    it("exits 4 at the deadline, and the command that it prints attaches to what is being taken", async () => {
        const world = begin();
        const ran = await world.run(`${DESTROY} --timeout 30s`);
        assert.equal(ran.code, 4);
        assert.match(
            ran.stdout,
            /not finished after 30s; nothing was destroyed; the final snapshot is still being/,
        );
        const [, resume = ""] = /@0\.0\.0 (destroy 412000001 .*--final-snapshot)$/m.exec(ran.stdout) ?? [];
        assert.equal((await world.run(resume)).code, 0);
        assert.deepEqual(world.changes(), ONCE);
    });
});

describe("droplet-teardown destroy --final-snapshot of many droplets", () => {
    it("takes one of each within the token's minute", async () => {
        const world = new CliWorld({ snapshotMs: 120_000, roundTripMs: 100 });
        const names = Array.from({ length: 60 }, (_, index) => `web-${index}`);
        names.forEach((name) => world.droplet(name, ["preview"]));
        const ran = await world.run(
            "destroy --tag-name preview --yes --policy destroy --final-snapshot --max-droplets 60",
        );
        assert.equal(ran.code, 0, ran.stderr);
        const statuses = world.simulator.requests().map(({ status }) => status);
        assert.equal(statuses.filter((status) => status === 429).length, 0);
        assert.equal(world.changes().filter((line) => line === "POST actions 201").length, 60);
        const { droplets, snapshots } = world.simulator.state();
        assert.deepEqual(droplets, []);
        assert.equal(snapshots.length, 60);
    });
});

describe("a saved plan with a final snapshot", () => {
    const SAVE = "plan web-1 --policy destroy --out p.json --report r.json";
    const APPLY = "destroy --plan p.json --yes --report r.json";

    it("shows it, carries it, and has another digest than one without", async () => {
        const world = begin();
        await world.run(SAVE);
        const without = world.report("r.json").planDigest;
        const ran = await world.run(`${SAVE} --final-snapshot`);
        assert.match(
            ran.stdout,
            /takes +snapshot +web-1-2026-01-01-final-412000001 +cost depends on its size +final snapshot/,
        );
        const { planDigest } = world.report("r.json");
        assert.notEqual(planDigest, without);
        assert.equal((await world.run(APPLY)).code, 0);
        assert.equal(world.report("r.json").planDigest, planDigest);
        assert.deepEqual(world.changes(), ONCE);
        assert.deepEqual(snapshotNames(world), [NAME]);
    });

    it("is refused where the snapshot has been taken out of it, and takes no option beside it", async () => {
        const world = begin();
        await world.run(`${SAVE} --final-snapshot`);
        const beside = await world.run(`${APPLY} --final-snapshot`);
        assert.equal(beside.code, 2);
        assert.match(beside.stderr, /--plan cannot be combined with --final-snapshot/);
        const text = world.files.get("p.json") ?? "";
        world.files.set("p.json", text.replace('"finalSnapshot": "{name}-{date}"', '"finalSnapshot": null'));
        assert.equal((await world.run(APPLY)).code, 5);
        assert.deepEqual(world.changes(), []);
    });
});
