import assert from "node:assert/strict";
import { CliWorld, type Ran } from "../support/cli-world.js";
import { personalToken } from "../support/teardown-world.js";

const UNATTENDED = "--yes --policy destroy --report r.json";
const NOWHERE = /--keep matches nothing that belongs to the droplets: web-2-dta/;

/** Two Droplets; the first one is destroyed. */
async function oneGone(more = ""): Promise<{ world: CliWorld; ids: string; kept: string; id: number }> {
    const world = new CliWorld();
    const [gone, other] = [world.droplet("web-1"), world.droplet("web-2")];
    const ran = await world.run(`destroy ${gone.id} ${UNATTENDED} ${more}`);
    assert.equal(ran.code, 0, ran.stderr);
    return { world, ids: `${gone.id} ${other.id}`, kept: gone.volume, id: gone.id };
}

function volumes(world: CliWorld): string[] {
    return world.simulator.state().volumes.map(({ name }) => name);
}

function refused({ code, stderr }: Ran, why: RegExp): void {
    assert.equal(code, 5, stderr);
    assert.match(stderr, why);
}

describe("--keep without a wildcard", () => {
    it("must match something although a Droplet of the command is gone, and says how to go on", async () => {
        const { world, ids } = await oneGone();
        const ran = await world.run(`destroy ${ids} ${UNATTENDED} --keep web-2-dta`);
        refused(ran, NOWHERE);
        assert.match(ran.stderr, /give the id or address .*, or leave out the droplets that are gone/);
        assert.deepEqual(volumes(world), ["web-2-data"]);
        refused(await world.run(`plan ${ids} --policy destroy --keep web-2-dta`), NOWHERE);
    });

    it("must match something although an id of the command was never there", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-2");
        const ran = await world.run(`destroy 999 ${id} ${UNATTENDED} --keep web-2-dta`);
        refused(ran, NOWHERE);
        assert.doesNotMatch(ran.stderr, /give the id/);
        assert.match(ran.stderr, /leave out the droplets that are gone or not visible/);
        assert.deepEqual(world.changes(), []);
    });

    it("must match something although a Droplet of the command cannot be read", async () => {
        const world = new CliWorld();
        const [hidden, other] = [world.droplet("web-1"), world.droplet("web-2")];
        world.simulator.faults.add({
            match: { method: "GET", path: new RegExp(`/${hidden.id}/destroy_with_associated_resources$`) },
            times: Number.POSITIVE_INFINITY,
            do: { kind: "answer", status: 403, id: "forbidden", message: "no" },
        });
        refused(await world.run(`destroy ${hidden.id} ${other.id} ${UNATTENDED} --keep web-2-dta`), NOWHERE);
        assert.deepEqual(world.changes(), []);
    });

    it("may be the id of what an earlier run kept of a Droplet that is gone", async () => {
        const { world, ids, kept } = await oneGone("--keep web-1-data");
        const ran = await world.run(`destroy ${ids} ${UNATTENDED} --keep ${kept}`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(volumes(world), ["web-1-data"]);
    });

    it("may not be an id of nothing in the account", async () => {
        const { world, ids } = await oneGone();
        const ran = await world.run(`destroy ${ids} ${UNATTENDED} --keep 999999999`);
        refused(ran, /--keep matches nothing that belongs to the droplets: 999999999/);
        assert.deepEqual(volumes(world), ["web-2-data"]);
    });

    it("must match something although only leftovers of a gone Droplet would be destroyed", async () => {
        const world = new CliWorld({ dropletSurvivesFailure: false });
        const { id, snapshot } = world.droplet("web-1");
        const args = `destroy ${id} --yes --policy destroy --retries 0`;
        world.simulator.faults.failItem(snapshot, { times: 1 });
        assert.equal((await world.run(args)).code, 3);
        refused(await world.run(`${args} --keep web-1-nighty`), /--keep matches nothing .*: web-1-nighty/);
        assert.equal(world.simulator.state().snapshots.length, 1);
        const kept = await world.run(`${args} --keep web-1-nightly`);
        assert.equal(kept.code, 0, kept.stderr);
        assert.equal(world.simulator.state().snapshots.length, 1);
    });

    it("may be the name of what an earlier run kept although DigitalOcean has forgotten the destroy", async () => {
        const world = new CliWorld({ dropletSurvivesFailure: false, statusRetentionMs: 60_000 });
        const { id, snapshot } = world.droplet("web-1");
        const args = `destroy ${id} --yes --policy destroy --retries 0`;
        world.simulator.faults.failItem(snapshot, { times: 1 });
        assert.equal((await world.run(`${args} --keep web-1-data`)).code, 3);
        await world.clock.run(world.clock.sleep(600_000));
        refused(await world.run(`${args} --keep web-1-dta`), /--keep matches nothing .*: web-1-dta/);
        const again = await world.run(`${args} --keep web-1-data`);
        assert.equal(again.code, 0, again.stderr);
        assert.deepEqual(volumes(world), ["web-1-data"]);
        assert.equal(world.simulator.state().snapshots.length, 0);
    });

    it("lets the same command run again when all its Droplets are gone", async () => {
        const { world, id } = await oneGone("--keep web-1-data");
        const ran = await world.run(`destroy ${id} ${UNATTENDED} --keep web-1-data`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.deepEqual(volumes(world).sort(), ["web-1-data", "web-2-data"]);
    });
});

describe("DROPLET_TEARDOWN_KEEP", () => {
    const env = { DIGITALOCEAN_TOKEN: personalToken("c11"), DROPLET_TEARDOWN_KEEP: "web-1-data" };

    it("is not for the command line, which refuses rather than ignore it", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        for (const args of [
            `destroy ${id} ${UNATTENDED}`,
            `plan ${id}`,
            "orphans",
            "destroy --plan p.json --yes",
        ]) {
            const ran = await world.run(args, { env });
            assert.equal(ran.code, 2, args);
            assert.match(ran.stderr, /DROPLET_TEARDOWN_KEEP is set.*--keep/);
        }
        assert.deepEqual(world.changes(), []);
    });

    it("does not matter where nothing can be kept, nor when it is empty", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        assert.equal((await world.run(`status ${id}`, { env })).code, 5);
        const empty = { ...env, DROPLET_TEARDOWN_KEEP: " " };
        assert.equal((await world.run(`plan ${id}`, { env: empty })).code, 0);
    });
});
