import { strict as assert } from "node:assert";
import type { HistoryEntry } from "../index.js";
import { simulated } from "./harness.js";

const START_MS = Date.UTC(2026, 0, 1);

function as(userAgent: string) {
    return { headers: { "user-agent": userAgent } };
}

/** Of each resource its kind and name, when it went in seconds from the start, and by whom. */
function told(entries: readonly HistoryEntry[]): string[] {
    return entries.map(({ kind, name, destroyedAtMs, by }) => {
        const end =
            destroyedAtMs === null ? "lives" : `${(destroyedAtMs - START_MS) / 1_000} s by ${by ?? "?"}`;
        return `${kind} ${name}: ${end}`;
    });
}

describe("the simulator's history", () => {
    it("knows every resource there ever was, by the id that the associated list has for it", () => {
        const { simulator, dropletWithEverything } = simulated();
        const { id, volume, address, snapshot, volumeSnapshot } = dropletWithEverything();
        assert.deepEqual(
            simulator.history().map(({ kind, id: key }) => [kind, key]),
            [
                ["droplet", String(id)],
                ["volume", volume.id],
                ["reserved_ip", address.associatedId],
                ["snapshot", snapshot.id],
                ["volume_snapshot", volumeSnapshot.id],
            ],
        );
        assert.ok(
            simulator.history().every(({ destroyedAtMs, by }) => destroyedAtMs === null && by === null),
        );
    });

    it("tells a destroy with associated resources by who asked for it, whoever asks in between", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated({
            destroyDurationMs: 6_000,
        });
        const { path, snapshot, volume } = dropletWithEverything();
        await run(async () => {
            const chosen = { snapshots: [snapshot.id], volumes: [volume.id] };
            await call(`DELETE ${path}/selective`, chosen, as("teardown/1"));
            await clock.sleep(10_000);
            await call("GET account", undefined, as("somebody/2"));
        });
        assert.deepEqual(told(simulator.history()), [
            "droplet web-1: 6 s by teardown/1",
            "volume data: 4 s by teardown/1",
            "reserved_ip 198.19.0.1: lives",
            "snapshot nightly: 2 s by teardown/1",
            "volume_snapshot before: lives",
        ]);
    });

    it("tells a retry by who asked for that", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated();
        const { path, snapshot } = dropletWithEverything();
        simulator.faults.failItem(snapshot.id);
        await run(async () => {
            await call(`DELETE ${path}/selective`, { snapshots: [snapshot.id] }, as("first"));
            await clock.sleep(5_000);
            await call(`POST ${path}/retry`, undefined, as("second"));
            await clock.sleep(5_000);
        });
        const by = simulator.history().filter((entry) => entry.destroyedAtMs !== null);
        assert.deepEqual(new Set(by.map((entry) => entry.by)), new Set(["second"]));
    });

    it("tells plain deletes, at the time at which the resource really goes", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated({ deleteDelayMs: 3_000 });
        const { id, address, snapshot, volume, volumeSnapshot } = dropletWithEverything();
        simulator.panel.takeBackup(id, "weekly");
        await run(async () => {
            await call(`DELETE droplets/${id}`, undefined, as("official"));
            await clock.sleep(5_000);
            for (const path of [
                `volumes/${volume.id}`,
                `snapshots/${snapshot.id}`,
                `snapshots/${volumeSnapshot.id}`,
                `reserved_ips/${address.id}`,
            ]) {
                await call(`DELETE ${path}`, undefined, as("doctl"));
            }
        });
        assert.deepEqual(told(simulator.history()), [
            "droplet web-1: 3 s by official",
            "volume data: 5 s by doctl",
            "reserved_ip 198.19.0.1: 5 s by doctl",
            "snapshot nightly: 5 s by doctl",
            "volume_snapshot before: 5 s by doctl",
            "backup weekly: 3 s by official",
        ]);
    });

    it("tells what is done in the panel, also while somebody's destroy runs", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated();
        const { path, volume } = dropletWithEverything();
        const other = simulator.panel.createDroplet("web-2");
        await run(async () => {
            await call(`DELETE ${path}/selective`, undefined, as("teardown/1"));
            simulator.panel.deleteVolume(volume.id);
            simulator.panel.destroy(other.id);
            await clock.sleep(10_000);
        });
        const by = new Map(simulator.history().map((entry) => [entry.name, entry.by]));
        assert.deepEqual(
            [by.get("web-1"), by.get("data"), by.get("web-2")],
            ["teardown/1", "panel", "panel"],
        );
    });

    it("keeps the name that a Droplet had last", async () => {
        const { call, run, clock, simulator } = simulated();
        const { id } = simulator.panel.createDroplet("web-1");
        await run(async () => {
            await call(`POST droplets/${id}/actions`, { type: "rename", name: "web-2" });
            await clock.sleep(1_000);
        });
        simulator.panel.deleteDroplet(id);
        assert.deepEqual(told(simulator.history()), ["droplet web-2: 1 s by panel"]);
    });

    it("is up to date when it is asked for", async () => {
        const { call, run, clock, simulator } = simulated();
        const { id } = simulator.panel.createDroplet("web-1");
        await run(async () => {
            await call(`DELETE droplets/${id}`);
            await clock.sleep(60_000);
        });
        assert.deepEqual(told(simulator.history()), ["droplet web-1: 1 s by "]);
    });
});
