import assert from "node:assert/strict";

import { StackError } from "../../provider/lifecycle/conclude.js";
import {
    TeardownWorld,
    URN,
    type Everything,
    type Stored,
    type WorldOptions,
} from "../support/teardown-world.js";

async function begin(
    args: Readonly<Record<string, unknown>> = {},
    options: WorldOptions = {},
): Promise<{ world: TeardownWorld; droplet: Everything; stored: Stored }> {
    const world = new TeardownWorld(options);
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy", ...args });
    return { world, droplet, stored };
}

describe("what a teardown comes to", () => {
    it("destroys in a second round what failed, and then succeeds", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.faults.failItem(droplet.volume);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202", "DELETE selective 202"]);
        assert.match(world.announced().at(-1) ?? "", /\n2 attempts in \d+s\. Saved \$12\.75\/month\./);
    });

    it("tells what failed, what stays, what is gone, the cost and what to do next", async () => {
        const { world, droplet, stored } = await begin({ policy: { default: "destroy", volumes: "keep" } });
        world.simulator.faults.failItem(droplet.snapshot, { times: Infinity });
        assert.equal(
            await world.failedDelete(stored),
            [
                "droplet web-1 (412000001): 1 of 2 associated resources could not be destroyed",
                "  remains    droplet          web-1 (412000001)                                                        $6.00/month",
                "  failed     snapshot         nightly (161000001)                                resource is busy      $0.15/month",
                `  kept       volume           web-1-data (${droplet.volume})  policy volumes: keep  $1.00/month`,
                `  kept       volume snapshot  before (${droplet.volumeSnapshot})      its volume is kept    $0.60/month`,
                "  destroyed  reserved ip 198.19.0.1",
                "4 attempts in 1m 34s. Still accruing $7.75/month.",
                "Run `pulumi destroy` again to retry what failed,",
                "or `DROPLET_TEARDOWN_KEEP=161000001 pulumi destroy` to leave it.",
                "Code: not-destroyed",
            ].join("\n"),
        );
    });

    it("shows its error once: no trace, and a short line where the dynamic provider prints one", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.faults.failItem(droplet.snapshot, { times: Infinity });
        const error: unknown = await world.delete(stored).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof StackError);
        assert.equal(error.stack, "failed, see the error on the resource");
        assert.equal(String(error), "droplet-teardown");
    });

    it("makes as many rounds as it may, with longer and longer pauses, whatever fails", async () => {
        const { world, droplet, stored } = await begin({ retries: 2 });
        world.simulator.faults.failItem(droplet.snapshot, { times: Infinity });
        const startedAtMs = world.clock.now();
        await world.failedDelete(stored);
        assert.deepEqual(world.changes(), Array(3).fill("DELETE selective 202"));
        assert.ok(world.clock.now() - startedAtMs >= 20_000);
    });

    it("names the last reason", async () => {
        const { world, droplet, stored } = await begin({ retries: 2 });
        const { faults } = world.simulator;
        let reason = 0;
        const message = await world.failedDelete(stored, {
            fetch: (url, init) => {
                if (init.method === "DELETE") {
                    faults.failItem(droplet.snapshot, { message: `reason ${(reason += 1)}` });
                }
                return world.simulator.fetch(url, init);
            },
        });
        assert.match(message, /failed +snapshot +nightly \(161000001\) +reason 3/);
    });

    it("does not retry when it may not", async () => {
        const { world, droplet, stored } = await begin({ retries: 0 });
        world.simulator.faults.failItem(droplet.snapshot);
        await world.failedDelete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
    });

    it("goes on where a failed one ended, in the next process", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.faults.failItem(droplet.snapshot, { times: 4 });
        await world.failedDelete(stored);
        await world.delete(stored);
        assert.deepEqual(world.changes(), Array(5).fill("DELETE selective 202"));
        assert.deepEqual(world.left(), []);
    });

    it("takes the advice to leave what failed", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.faults.failItem(droplet.snapshot, { times: 4 });
        const advice = /DROPLET_TEARDOWN_KEEP=(\S+) /.exec(await world.failedDelete(stored));
        await world.delete(stored, {
            env: { DROPLET_TEARDOWN_KEEP: advice?.[1] ?? "" },
        });
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +nightly \(161000001\) +DROPLET_TEARDOWN_KEEP: 161000001/,
        );
    });

    it("stops waiting at its deadline, and the next run attaches", async () => {
        const { world, stored } = await begin(
            { timeout: "90s" },
            { settings: { destroyDurationMs: 120_000 } },
        );
        const startedAtMs = world.clock.now();
        const message = await world.failedDelete(stored);
        assert.equal(world.clock.now() - startedAtMs, 90_000);
        assert.match(
            message,
            /^droplet web-1 \(412000001\): not finished after 1m 30s; the destroy is still running at DigitalOcean\n/,
        );
        assert.match(message, /\n {2}pending +droplet +web-1 \(412000001\) +\$6\.00\/month\n/);
        assert.match(
            message,
            /\nRun `pulumi destroy` again: it attaches to what is running, or begins\.\nCode: [a-z-]+$/,
        );
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
    });

    it("does not claim that a destroy goes on which was never sent", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({
            match: { method: "DELETE" },
            times: Infinity,
            do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
        });
        const message = await world.failedDelete(stored);
        assert.match(message, /^droplet web-1 \(412000001\): not finished after 15m/);
        assert.doesNotMatch(message, /still running/);
    });

    it("obeys a timeout of the environment before its own", async () => {
        const { world, stored } = await begin({}, { settings: { destroyDurationMs: 120_000 } });
        const message = await world.failedDelete(stored, { env: { DROPLET_TEARDOWN_TIMEOUT: "30s" } });
        assert.match(message, /not finished after 30s/);
    });

    it("leaves a kept volume with its snapshots, a kept address and a kept snapshot", async () => {
        const { world, droplet, stored } = await begin({ keep: ["*-data", "198.19.0.1", "161000001"] });
        await world.delete(stored);
        assert.deepEqual(world.left(), ["reserved_ip", "snapshot", "volume", "volume_snapshot"]);
        const { volumes, reservedIps } = world.simulator.state();
        assert.deepEqual([volumes[0]?.dropletId, reservedIps[0]?.dropletId], [null, null]);
        assert.match(
            world.announced().at(-1) ?? "",
            new RegExp(`kept +volume snapshot +before \\(${droplet.volumeSnapshot}\\) +its volume is kept`),
        );
    });

    it("takes the snapshots of a kept volume when the policy says so in so many words", async () => {
        const { world, stored } = await begin({ policy: { default: "keep", volumeSnapshots: "destroy" } });
        await world.delete(stored);
        assert.deepEqual(world.left(), ["reserved_ip", "snapshot", "volume"]);
    });

    it("leaves alone what the stack manages by itself", async () => {
        const { world, droplet } = await begin();
        const stored = await world.create({
            dropletId: droplet.id,
            policy: "destroy",
            managed: [droplet.volume],
        });
        await world.delete(stored);
        assert.deepEqual(world.left(), ["volume", "volume_snapshot"]);
        assert.match(world.announced()[0] ?? "", /keeps +volume +web-1-data \(.*\) +\$1\.00\/month +managed/);
    });

    it("treats an address that is listed twice as one, in the request and in the sum", async () => {
        const { world, droplet, stored } = await begin();
        await world.delete(stored);
        const { body } = world.simulator.requests().find(({ method }) => method === "DELETE") ?? {};
        assert.deepEqual(JSON.parse(body ?? "") as unknown, {
            reserved_ips: [droplet.addressId],
            snapshots: [droplet.snapshot],
            volumes: [droplet.volume],
            volume_snapshots: [droplet.volumeSnapshot],
        });
        assert.match(world.announced().at(-1) ?? "", /Saved \$12\.75\/month/);
    });

    it("refuses with nothing changed while something exists that the policy prevents", async () => {
        const { world, droplet, stored } = await begin({
            policy: { default: "destroy", volumes: "prevent" },
        });
        const message = await world.failedDelete(stored);
        assert.match(
            message,
            new RegExp(
                `^droplet web-1 \\(412000001\\): nothing was destroyed, because the policy prevents it while there is volume web-1-data \\(${droplet.volume}\\), \\$1\\.00/month \\(policy volumes: prevent\\)\n`,
            ),
        );
        assert.deepEqual(world.changes(), []);
    });

    it("goes on when what the policy prevents is kept by name", async () => {
        const { world, stored } = await begin({ policy: { default: "destroy", volumes: "prevent" } });
        await world.delete(stored, { env: { DROPLET_TEARDOWN_KEEP: "web-1-data" } });
        assert.deepEqual(world.left(), ["volume", "volume_snapshot"]);
    });

    it("tells which keep entries match nothing", async () => {
        const { world, stored } = await begin({ keep: ["pg-*", "nightly"] });
        await world.delete(stored);
        assert.match(world.announced()[0] ?? "", /\n {2}keep: nothing matches pg-\*$/);
        assert.match(world.announced()[1] ?? "", /\n {2}keep: nothing matches pg-\*\n/);
    });

    it("counts an entry as matched by what was detached before, since its row says that it keeps it", async () => {
        const { world, droplet, stored } = await begin({ keep: ["web-1-data"] });
        world.simulator.panel.detachVolume(droplet.volume);
        await world.delete(stored);
        const report = world.announced().at(-1) ?? "";
        assert.match(report, /\n {2}kept +volume +web-1-data /);
        assert.doesNotMatch(world.announced().join("\n"), /nothing matches/);
    });

    it("shows how far it is, each text once", async () => {
        const { world, stored } = await begin({}, { settings: { destroyDurationMs: 20_000 } });
        await world.delete(stored);
        assert.deepEqual(world.progress(), [
            "destroy accepted · waiting for its status",
            "1/5 destroyed · waiting for snapshot nightly",
            "2/5 destroyed · waiting for volume web-1-data",
            "3/5 destroyed · waiting for volume web-1-data",
            "4/5 destroyed · waiting for the droplet",
        ]);
        assert.ok(world.lines.every(({ urn }) => urn === URN));
    });

    it("says nothing to the engine when it does not know its own URN", async () => {
        const { world, stored } = await begin();
        await world.delete({ ...stored, resourceUrn: undefined });
        assert.deepEqual(world.lines, []);
        assert.deepEqual(world.left(), []);
    });

    it("deletes by itself what is still there although the destroy is reported as completed", async () => {
        const { world, droplet, stored } = await begin();
        world.simulator.faults.add({
            match: { method: "GET", path: "*/status" },
            after: 1,
            times: Infinity,
            do: { kind: "answer", status: 200, body: { completed_at: "2026-01-01T00:00:09Z", failures: 0 } },
        });
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.settings.dropletSurvivesFailure = false;
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202", `DELETE ${droplet.volume} 204`]);
        assert.deepEqual(world.left(), []);
    });
});
