import assert from "node:assert/strict";

import { STATE_VERSION } from "../../provider/stored/state.js";
import { personalToken, TeardownWorld, TOKEN, URN } from "../support/teardown-world.js";

const STRANGER = personalToken("0ddba11");

describe("create", () => {
    it("records the Droplet's inventory, its cost and its account, and changes nothing", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: String(droplet.id), policy: "destroy" });
        assert.equal(stored.dropletId, droplet.id);
        assert.equal(stored.monthlyCost, "6.75");
        assert.equal(stored.recordedAt, "2026-01-01T00:00:00.000Z");
        assert.equal(stored.stateVersion, STATE_VERSION);
        assert.match(String(stored.accountId), /^[0-9a-f]{40}$/);
        assert.deepEqual(stored.inventory, [
            { kind: "reserved_ip", id: droplet.addressId, name: droplet.address, monthlyCost: "5.00" },
            { kind: "snapshot", id: droplet.snapshot, name: "nightly", monthlyCost: "0.15" },
            { kind: "volume", id: droplet.volume, name: "web-1-data", monthlyCost: "1.00" },
            { kind: "volume_snapshot", id: droplet.volumeSnapshot, name: "before", monthlyCost: "0.60" },
        ]);
        assert.equal(world.left().length, 5);
    });

    it("fails for a Droplet that the token cannot see", async () => {
        const world = new TeardownWorld();
        const { inputs } = await world.process().check({}, { dropletId: 12, policy: "keep" });
        await assert.rejects(world.run(world.process().create(inputs)), {
            message:
                "dropletId: there is no Droplet 12 that this token can see (404); " +
                "check the id, and that the token belongs to the team of the Droplet\nCode: droplet-not-found",
        });
    });

    it("works without the scope to read the account", async () => {
        const scopes = ["droplet:read"];
        const world = new TeardownWorld({ grants: { [TOKEN]: { scopes } } });
        const { id } = world.simulator.panel.createDroplet("web-1");
        const stored = await world.create({ dropletId: id, policy: "keep" });
        assert.equal(stored.accountId, "");
    });

    it("says which tokens were tried when none is valid", async () => {
        const world = new TeardownWorld({ grants: {} });
        const { inputs } = await world.process().check({}, { dropletId: 12, policy: "keep" });
        await assert.rejects(world.run(world.process().create(inputs)), {
            message: /rejected every available token: the stack configuration digitalocean:token/,
        });
    });
});

describe("read", () => {
    async function begin() {
        const world = new TeardownWorld({ grants: { [TOKEN]: {}, [STRANGER]: { team: "other" } } });
        const droplet = world.dropletWithEverything();
        const stored = await world.create({
            dropletId: droplet.id,
            policy: { default: "destroy", snapshots: "keep" },
        });
        const read = (config: Record<string, string> = { "digitalocean:token": TOKEN }) =>
            world.run(world.process({ config }).read("teardown-1", stored));
        return { world, droplet, stored, read };
    }

    it("of an unchanged Droplet changes nothing, however much later", async () => {
        const { world, stored, read } = await begin();
        await world.pass(86_400_000);
        assert.deepEqual(await read(), { id: "teardown-1", props: stored });
    });

    it("of a changed inventory records it with its date, and shows it", async () => {
        const { world, droplet, stored, read } = await begin();
        await world.pass(86_400_000);
        world.simulator.panel.takeSnapshot(droplet.id, "weekly");
        const { id, props } = await read();
        assert.equal(id, "teardown-1");
        assert.equal(props?.monthlyCost, "6.90");
        assert.equal(props.recordedAt, "2026-01-02T00:00:00.000Z");
        assert.equal((props.inventory as unknown[]).length, (stored.inventory as unknown[]).length + 1);
        assert.match(
            world.announced().at(-1) ?? "",
            /^droplet web-1 \(412000001\), \$6\.00\/month, with 5 associated resources, \$6\.90\/month; a destroy would save \$12\.60\/month and keep \$0\.30\/month\n {2}would destroy {2}reserved ip {6}198\.19\.0\.1 /,
        );
    });

    it("of a Droplet that went by other means says that it is gone", async () => {
        const { world, droplet, read } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        assert.deepEqual(await read(), {});
    });

    it("of a Droplet whose destroy was completed says that it is gone", async () => {
        const { world, droplet, read } = await begin();
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        assert.deepEqual(await read(), {});
    });

    it("of a Droplet that is gone keeps the resource while its destroy runs", async () => {
        const { world, droplet, stored, read } = await begin();
        world.simulator.panel.destroy(droplet.id);
        world.simulator.panel.deleteDroplet(droplet.id);
        assert.deepEqual(await read(), { id: "teardown-1", props: stored });
    });

    it("of a Droplet that is gone keeps the resource while something failed that is to go", async () => {
        const { world, droplet, stored, read } = await begin();
        world.simulator.settings.dropletSurvivesFailure = false;
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        assert.deepEqual(await read(), { id: "teardown-1", props: stored });
    });

    it("of a Droplet that is gone lets go when only something failed that is to stay", async () => {
        const { world, droplet, read } = await begin();
        world.simulator.settings.dropletSurvivesFailure = false;
        world.simulator.faults.failItem(droplet.snapshot);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        assert.deepEqual(await read(), {});
    });

    it("with the token of another team is an error, not a Droplet that is gone", async () => {
        const { read } = await begin();
        await assert.rejects(read({ "digitalocean:token": STRANGER }), {
            message: /the token belongs to another team/,
        });
    });
});

describe("update", () => {
    async function begin() {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
        const update = async (args: object) => {
            const process = world.process();
            const { inputs } = await process.check(stored, {
                dropletId: droplet.id,
                policy: "destroy",
                ...args,
            });
            return (await world.run(process.update("teardown-1", stored, inputs))).outs;
        };
        return { world, droplet, stored, update };
    }

    it("takes new arguments and looks at the inventory again", async () => {
        const { world, droplet, update } = await begin();
        world.simulator.panel.takeSnapshot(droplet.id, "weekly");
        const outs = await update({ policy: "keep", retries: 1, resourceUrn: URN });
        assert.equal(outs.retries, 1);
        assert.equal((outs.policy as Record<string, unknown>).volumes, "keep");
        assert.equal(outs.monthlyCost, "6.90");
    });

    it("keeps the old inventory when the same Droplet is gone", async () => {
        const { world, droplet, stored, update } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        const outs = await update({ retries: 1 });
        assert.deepEqual(outs.inventory, stored.inventory);
        assert.equal(outs.recordedAt, stored.recordedAt);
    });

    it("insists that another Droplet exists", async () => {
        const { update } = await begin();
        await assert.rejects(update({ dropletId: 99 }), { message: /^dropletId: there is no Droplet 99 / });
    });

    it("records what belongs to another Droplet, and releases the one before with all it has", async () => {
        const { world, droplet, update } = await begin();
        const { id } = world.simulator.panel.createDroplet("web-2");
        const outs = await update({ dropletId: id, resourceUrn: URN });
        assert.equal(outs.dropletId, id);
        assert.deepEqual(outs.inventory, []);
        assert.match(
            world.announced().at(-1) ?? "",
            new RegExp(`^droplet ${droplet.id} is released with all`),
        );
        await world.delete(outs);
        assert.deepEqual(world.left(), ["droplet", "reserved_ip", "snapshot", "volume", "volume_snapshot"]);
    });
});

describe("configure", () => {
    it("is in force before it has been awaited", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const process = world.process({ config: {} });
        const { inputs } = await process.check({}, { dropletId: droplet.id, policy: "keep" });
        const configured = process.configure({
            config: { get: (key) => (key === "digitalocean:token" ? TOKEN : undefined) },
        });
        const created = process.create(inputs);
        await configured;
        assert.equal((await world.run(created)).outs.dropletId, droplet.id);
    });
});

describe("diff", () => {
    it("is an update for whatever changes, never a replacement", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
        const process = world.process();
        const { inputs } = await process.check(stored, {
            dropletId: droplet.id,
            policy: "destroy",
            resourceUrn: URN,
        });
        assert.deepEqual(await process.diff("teardown-1", stored, inputs), { changes: false });
        for (const change of [{ dropletId: 7 }, { policy: "keep" }, { keep: ["a"] }, { token: "b" }]) {
            assert.deepEqual(await process.diff("teardown-1", stored, { ...inputs, ...change }), {
                changes: true,
            });
        }
    });
});

describe("a state that cannot be read", () => {
    it("is an error in one line, for a newer version's", async () => {
        const world = new TeardownWorld();
        const message = await world.failedDelete({ dropletId: 7, stateVersion: STATE_VERSION + 1 });
        assert.match(
            message,
            /^this stack was last updated by a newer pulumi-droplet-teardown \(state version 5, this one reads up to 4\)/,
        );
        assert.deepEqual(world.requests(), []);
    });
});
