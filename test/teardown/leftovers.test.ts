import assert from "node:assert/strict";

import type { Fetch } from "../../provider/digitalocean/connection.js";
import { TeardownWorld, TOKEN, type Everything, type Stored } from "../support/teardown-world.js";

const SCOPES = [
    "account:read",
    "droplet:read",
    "droplet:delete",
    "block_storage:read",
    "block_storage_snapshot:read",
    "image:read",
    "image:delete",
    "snapshot:read",
    "snapshot:delete",
    "reserved_ip:read",
];

async function begin(
    args: object = {},
): Promise<{ world: TeardownWorld; droplet: Everything; stored: Stored }> {
    const world = new TeardownWorld({ grants: { [TOKEN]: {} } });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy", ...args });
    return { world, droplet, stored };
}

/** A status of a destroy keeps the name that a snapshot had then. */
async function rename(world: TeardownWorld, snapshotId: string, name: string): Promise<void> {
    const answer = await world.run(
        world.simulator.fetch(`https://api.digitalocean.com/v2/images/${snapshotId}`, {
            method: "PUT",
            headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
            body: JSON.stringify({ name }),
        }),
    );
    assert.equal(answer.status, 200);
    world.simulator.clearRequests();
}

describe("what a Droplet that went by other means has left", () => {
    it("is announced before it is deleted", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        await world.delete(stored);
        assert.match(
            world.announced()[0] ?? "",
            /^left behind by a droplet that is gone\n {2}destroys {2}snapshot {2}nightly \(161000001\) {2}\$0\.15\/month$/,
        );
    });

    it("is what the progress names, in DigitalOcean's words, while its delete is refused", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({
            match: { method: "DELETE", path: "/v2/snapshots/*" },
            do: { kind: "answer", status: 422, message: "it is busy" },
        });
        await world.delete(stored);
        const waits = world.progress().filter((text) => text.startsWith("next try"));
        assert.equal(waits.length, 1);
        assert.match(waits[0] ?? "", / · snapshot nightly: .*422 it is busy/);
    });

    it("stays where it is kept", async () => {
        const { world, droplet, stored } = await begin({ keep: ["nightly"] });
        world.simulator.panel.deleteDroplet(droplet.id);
        await world.delete(stored);
        assert.deepEqual(world.changes(), []);
        assert.match(world.announced().at(-1) ?? "", /kept +snapshot +nightly \(161000001\) +keep: nightly/);
    });

    it("stays where somebody has given it a name that is kept, also in a second pass", async () => {
        const { world, droplet, stored } = await begin({ keep: ["pg-*"] });
        const { panel, faults, settings } = world.simulator;
        settings.dropletSurvivesFailure = false;
        faults.failItem(droplet.snapshot);
        faults.failItem(droplet.volume);
        panel.destroy(droplet.id);
        await world.pass(60_000);
        await rename(world, droplet.snapshot, "pg-nightly");
        faults.add({
            match: { method: "DELETE", path: `/v2/volumes/${droplet.volume}` },
            do: { kind: "answer", status: 422, message: "in use" },
        });
        await world.delete(stored);
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.match(world.announced().at(-1) ?? "", /kept +snapshot +pg-nightly \(161000001\) +keep: pg-\*/);
    });

    it("is a failure where it would not go, and the rest goes all the same", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.takeSnapshot(droplet.id, "weekly");
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({
            match: { method: "DELETE", path: `/v2/snapshots/${droplet.snapshot}` },
            times: 4,
            do: { kind: "answer", status: 422, message: "in use" },
        });
        const message = await world.failedDelete(stored);
        assert.match(message, /^droplet 412000001: 1 of 2 associated resources could not be destroyed\n/);
        assert.match(
            message,
            /failed +snapshot +nightly \(161000001\) +DELETE \/v2\/snapshots\/161000001: 422 in use/,
        );
        assert.match(message, /\n {2}destroyed {2}droplet, snapshot weekly\n/);
        await world.delete(stored);
        assert.deepEqual(world.left(), ["reserved_ip", "volume", "volume_snapshot"]);
    });

    it("is a timeout where time is up before its delete is answered", async () => {
        const { world, droplet, stored } = await begin({ timeout: "20s", retries: 0 });
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({ match: { method: "DELETE" }, do: { kind: "slow", ms: 25_000 } });
        const message = await world.failedDelete(stored);
        assert.match(message, /not finished after 20s/);
        assert.match(message, /\nCode: timeout$/);
    });

    it("is gone already where its delete answers 404", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({ match: { method: "DELETE" }, do: { kind: "answer", status: 404 } });
        await world.delete(stored);
        assert.match(world.announced().at(-1) ?? "", /\n {2}destroyed {2}snapshot nightly\n/);
    });

    it("is not left behind unseen by a token that may not read snapshots", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({ match: { path: "/v2/snapshots" }, do: { kind: "answer", status: 403 } });
        assert.match(
            await world.failedDelete(stored),
            /the token cannot read snapshots, so those of a droplet that is gone would be left behind unseen\. Add the scope/,
        );
    });

    it("may be unseen where snapshots are kept anyway", async () => {
        const { world, droplet, stored } = await begin({ policy: "keep" });
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.faults.add({ match: { path: "/v2/snapshots" }, do: { kind: "answer", status: 403 } });
        await world.delete(stored);
        assert.deepEqual(world.changes(), []);
    });

    it("is no success where the token may not look", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        world.simulator.panel.deleteVolume(droplet.volume);
        const scopes = SCOPES.filter((scope) => !scope.startsWith("reserved_ip"));
        world.simulator.setToken(TOKEN, { scopes });
        const message = await world.failedDelete(stored);
        assert.match(message, /could not determine whether 1 of 3 associated resources is gone/);
        assert.match(message, /unknown +reserved ip +198\.19\.0\.1 +GET .*: 403/);
        assert.match(message, /gone +volume +web-1-data .*was already gone/);
    });

    describe("an address that our destroy was to take, and of which no status shows whether it did", () => {
        async function begun(args: object = {}) {
            const { world, droplet, stored } = await begin(args);
            const { panel, faults, settings } = world.simulator;
            settings.statusDelayMs = 15_000;
            settings.statusRetentionMs = 5_000;
            settings.dropletSurvivesFailure = false;
            const again = (): Promise<unknown> =>
                world.run(
                    world.clock.sleep(10_000).then(() => panel.createReservedIp("nyc3", droplet.address)),
                );
            return { world, droplet, stored, faults, again };
        }
        const UNKNOWN =
            /unknown +reserved ip +198\.19\.0\.1 +no status shows whether it was destroyed; not deleted, because an address may be handed out again +\$5\.00\/month/;

        it("is not deleted, since it may have been handed out again, and is no success", async () => {
            const { world, droplet, stored, faults, again } = await begun();
            faults.failItem(droplet.volume);
            const [message] = await Promise.all([world.failedDelete(stored), again()]);
            assert.deepEqual(world.changes(), ["DELETE selective 202", `DELETE ${droplet.volume} 204`]);
            assert.deepEqual(world.left(), ["reserved_ip"]);
            assert.match(message, UNKNOWN);
            assert.match(message, /Still accruing \$5\.00\/month\./);
            assert.match(message, /\nCode: not-destroyed$/);
        });

        it("is named with the command that deletes it, and the next run ends well", async () => {
            const { world, stored, faults } = await begun();
            faults.failItem(world.simulator.state().reservedIps[0]?.associatedId ?? "");
            const message = await world.failedDelete(stored);
            assert.match(message, UNKNOWN);
            assert.match(
                message,
                /\nNo destroy deletes reserved ip 198\.19\.0\.1 any more\. If nobody else has it by now, `doctl compute reserved-ip delete 198\.19\.0\.1`; then run `pulumi destroy` again\.\n/,
            );
            assert.doesNotMatch(message, /retry what failed|to leave it/);
            await world.delete(stored);
            assert.match(world.announced().at(-1) ?? "", /kept +reserved ip +198\.19\.0\.1 .*left in place/);
        });

        it("is settled where another Droplet has it by now", async () => {
            const { world, droplet, stored } = await begun();
            const { panel } = world.simulator;
            const other = panel.createDroplet("other");
            const assigned = world.clock
                .sleep(10_000)
                .then(() =>
                    panel.assignReservedIp(panel.createReservedIp("nyc3", droplet.address).id, other.id),
                );
            await Promise.all([world.delete(stored), world.run(assigned)]);
            assert.match(
                world.announced().at(-1) ?? "",
                /kept +reserved ip +198\.19\.0\.1 +in use by droplet 412000002/,
            );
        });
    });

    it("keeps the resource in state at a refresh while it is to go", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.panel.deleteDroplet(droplet.id);
        const { id } = await world.run(world.process().read("teardown-1", stored));
        assert.equal(id, "teardown-1");
        assert.match(
            world.announced().at(-1) ?? "",
            /^droplet 412000001 is gone; it has left 4 resources, \$6\.75\/month\n/,
        );
    });
});

describe("what is kept", () => {
    it("is waited for until it is attached to nothing any more", async () => {
        const { world, droplet, stored } = await begin({ policy: { default: "destroy", volumes: "keep" } });
        let shownAttached = 3;
        const fetch: Fetch = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            if (!url.endsWith(`/v2/volumes/${droplet.volume}`) || (shownAttached -= 1) <= 0) {
                return answer;
            }
            const body = (await answer.text()).replace(/"droplet_ids":\[\]/, `"droplet_ids":[${droplet.id}]`);
            return {
                ...answer,
                body: (async function* () {
                    yield Buffer.from(body);
                })(),
            };
        };
        await world.delete(stored, { fetch });
        assert.equal(shownAttached, 0);
        assert.equal(
            world.progress().at(-1),
            `droplet destroyed · waiting for web-1-data (${droplet.volume}) to be detached`,
        );
        assert.deepEqual(world.left(), ["volume", "volume_snapshot"]);
    });

    it("is looked up, its snapshots too, where somebody has destroyed the volume meanwhile", async () => {
        const { world, droplet, stored } = await begin({ policy: { default: "destroy", volumes: "keep" } });
        const { panel } = world.simulator;
        const fetch: Fetch = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            if (url.endsWith("/selective")) {
                panel.detachVolume(droplet.volume);
                panel.deleteSnapshot(droplet.volumeSnapshot);
                panel.deleteVolume(droplet.volume);
            }
            return answer;
        };
        await world.delete(stored, { fetch });
        const [report = ""] = world.announced().slice(-1);
        assert.match(report, /destroyed +volume snapshot .* another request destroyed it/);
        assert.doesNotMatch(report, /^ *kept/m);
    });
});
