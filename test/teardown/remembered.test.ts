import assert from "node:assert/strict";

import { assertAccounted, outcomes } from "../support/accounted.js";
import { before, begin, edited, isSubmit } from "../support/hostile.js";
import { TeardownWorld, TOKEN } from "../support/teardown-world.js";

describe("what a teardown must not forget", () => {
    it("a volume that was attached after an older destroy failed goes as well", async () => {
        const { world, droplet, stored } = await begin();
        const { panel, faults } = world.simulator;
        faults.failItem(droplet.snapshot);
        panel.destroy(droplet.id, [droplet.snapshot]);
        await world.pass(10_000);
        panel.attachVolume(panel.createVolume("later").id, droplet.id);
        const report = await world.report(stored);
        assert.deepEqual(world.left(), []);
        assert.ok(outcomes(report).includes("volume later: destroyed"));
        assertAccounted(report, world.simulator);
    });

    it("a policy that was widened after an older destroy failed is what counts", async () => {
        const { world, droplet, stored } = await begin({ policy: { default: "keep", snapshots: "destroy" } });
        world.simulator.faults.failItem(droplet.snapshot, { times: 4 });
        await world.failedDelete(stored);
        const policy = { ...(stored.policy as object), volumes: "destroy", volumeSnapshots: "destroy" };
        const report = await world.report({ ...stored, policy });
        assert.deepEqual(world.left(), ["reserved_ip"]);
        assertAccounted(report, world.simulator);
    });

    it("what was detached since it was recorded is told with its cost", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.detachVolume(droplet.volume);
        world.simulator.panel.unassignReservedIp(droplet.address);
        const report = await world.report(stored);
        assert.equal(report.droplets[0].outcome, "destroyed");
        assert.equal(report.cost.remaining, "6.60");
        assert.match(outcomes(report).join("\n"), /volume web-1-data: kept \(left in place/);
        assert.doesNotMatch(world.announced().at(-1) ?? "", /No remaining cost found/);
        assertAccounted(report, world.simulator);
    });

    for (const associatedList of ["404", "empty"] as const) {
        it(`a list that answers ${associatedList} is not an empty one`, async () => {
            const { world, stored } = await begin();
            world.simulator.settings.associatedList = associatedList;
            const message = await world.failedDelete(stored);
            assert.match(message, /the policy depends on them/);
            assert.equal(world.left().length, 5);
        });

        it(`where everything is kept, a list that answers ${associatedList} is told as unread`, async () => {
            const { world, stored } = await begin({ policy: "keep" });
            world.simulator.settings.associatedList = associatedList;
            const report = await world.report(stored);
            assert.equal(report.droplets[0].outcome, "destroyed");
            assert.equal(report.droplets[0].unread.length, 4);
            assert.match(world.announced().at(-1) ?? "", /Still accruing at least \$6\.75/);
            assertAccounted(report, world.simulator);
        });
    }

    it("the Droplet gone, its snapshots are looked for also where a status names something", async () => {
        const { world, droplet, stored } = await begin({}, { settings: { dropletSurvivesFailure: false } });
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.panel.destroy(droplet.id, [droplet.volume]);
        await world.pass(10_000);
        const report = await world.report(stored);
        assert.deepEqual(world.left(), ["reserved_ip", "volume_snapshot"].slice(0, world.left().length));
        assert.ok(!world.left().includes("snapshot"));
        assertAccounted(report, world.simulator);
    });

    it("a volume that was announced is told when the Droplet disappears", async () => {
        const { world, droplet } = await begin();
        const { panel } = world.simulator;
        const stored = await world.create({ dropletId: droplet.id, policy: "destroy" });
        panel.attachVolume(panel.createVolume("later").id, droplet.id);
        const fetch = before(world, isSubmit, () => panel.deleteDroplet(droplet.id));
        const report = await world.report(stored, { fetch });
        assert.match(outcomes(report).join("\n"), /volume later: kept \(left in place/);
        assertAccounted(report, world.simulator);
    });

    it("a resumed run lists what was attached after it was recorded", async () => {
        const { world, droplet, stored } = await begin();
        const { panel } = world.simulator;
        panel.attachVolume(panel.createVolume("later").id, droplet.id);
        const { volume, snapshot, addressId, volumeSnapshot } = droplet;
        panel.destroy(droplet.id, [volume, snapshot, addressId, volumeSnapshot]);
        const report = await world.report(stored);
        assert.match(outcomes(report).join("\n"), /volume later: kept \(left in place/);
        assert.equal(report.cost.remaining, "1.00");
        assertAccounted(report, world.simulator);
    });

    it("a refresh keeps in state what a delete would not call done", async () => {
        const { world, droplet, stored } = await begin({}, { settings: { dropletSurvivesFailure: false } });
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.panel.destroy(droplet.id, [droplet.volume]);
        await world.pass(10_000);
        const handlers = world.process();
        const refreshed = await world.run(handlers.read("teardown-1", stored));
        assert.equal(refreshed.id, "teardown-1");
        await world.delete(stored);
        const after = await world.run(world.process().read("teardown-1", stored));
        assert.equal(after.id, undefined);
    });

    it("a refresh keeps in state what cannot be told", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.destroy(droplet.id, []);
        await world.pass(10_000);
        world.simulator.panel.deleteSnapshot(droplet.snapshot);
        world.simulator.faults.add({
            match: { path: "/v2/volumes/*" },
            times: Infinity,
            do: { kind: "answer", status: 403 },
        });
        const { id } = await world.run(world.process().read("teardown-1", stored));
        assert.equal(id, "teardown-1");
        assert.match(await world.failedDelete(stored), /could not determine whether/);
    });

    it("an account without a team is nobody's proof", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        const message = await world.failedDelete(stored, {
            fetch: async (url, init) => {
                const answer = await world.simulator.fetch(url, init);
                return url.endsWith("/v2/account")
                    ? edited(answer, (text) => text.replace(/"team":\{[^}]*\}/, '"other":{}'))
                    : answer;
            },
        });
        assert.match(message, /cannot tell its team \(scope account:read\)/);
        assert.match(message, /pulumi state delete/);
        assert.deepEqual(world.changes(), []);
    });

    it("the Droplet's own failure is told in DigitalOcean's words", async () => {
        const { world, droplet, stored } = await begin({ retries: 0 });
        world.simulator.faults.failDroplet(droplet.id, { message: "host is in maintenance" });
        const message = await world.failedDelete(stored);
        assert.match(message, /the droplet could not be destroyed: host is in maintenance\n/);
        assert.match(message, /remains +droplet +web-1 \(\d+\) +host is in maintenance +\$6\.00/);
    });

    it("what a token cannot read is not nothing", async () => {
        const world = new TeardownWorld({ grants: { [TOKEN]: {} } });
        const { id } = world.dropletWithEverything();
        const stored = { ...(await world.create({ dropletId: id, policy: "keep" })), inventory: [] };
        const deletes = ["block_storage", "block_storage_snapshot", "image", "reserved_ip"];
        const scopes = [
            "account:read",
            "droplet:read",
            "droplet:delete",
            ...deletes.map((one) => `${one}:delete`),
        ];
        world.simulator.setToken(TOKEN, { scopes });
        const report = await world.report(stored);
        assert.deepEqual(report.droplets[0].unread, ["reserved_ip", "snapshot", "volume", "volume_snapshot"]);
        const text = world.announced().at(-1) ?? "";
        assert.match(text, /could not be read: reserved ips, snapshots, volumes, volume snapshots/);
        assert.doesNotMatch(text, /No remaining cost found/);
    });
});
