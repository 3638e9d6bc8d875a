import { strict as assert } from "node:assert";

import type { Settings } from "../index.js";
import { simulated } from "./harness.js";

/** Takes a snapshot and reads its action and all lists so much later. */
async function takenAndRead(settings: Partial<Settings>, laterMs: number) {
    const { call, run, clock, simulator } = simulated(settings);
    const { id } = simulator.panel.createDroplet("web-1");
    return run(async () => {
        const { body } = await call(`POST droplets/${id}/actions`, { type: "snapshot", name: "last" });
        await clock.sleep(laterMs);
        const read = async (path: string): Promise<Record<string, unknown>> =>
            (await call(`GET ${path}`)).body;
        const { action } = await read(`droplets/${id}/actions/${(body.action as { id: number }).id}`);
        const listed = async (path: string, key: string): Promise<number> => {
            const items = (await read(path))[key] as { name: string }[];
            return items.filter(({ name }) => name === "last").length;
        };
        return {
            status: (action as { status: string }).status,
            listed: [
                await listed(`droplets/${id}/snapshots`, "snapshots"),
                await listed("snapshots?resource_type=droplet", "snapshots"),
                await listed("images?private=true", "images"),
                await listed(`droplets/${id}/destroy_with_associated_resources`, "snapshots"),
            ],
        };
    });
}

describe("a Droplet's snapshot in the simulator", () => {
    const NOWHERE = [0, 0, 0, 0];
    const EVERYWHERE = [1, 1, 1, 1];
    const ROWS: readonly [
        what: string,
        Partial<Settings>,
        laterMs: number,
        status: string,
        listed: number[],
    ][] = [
        ["as long as other actions", {}, 1_000, "completed", EVERYWHERE],
        ["as long as it is told", { snapshotMs: 60_000 }, 59_000, "in-progress", NOWHERE],
        ["and is listed everywhere then", { snapshotMs: 60_000 }, 61_000, "completed", EVERYWHERE],
        ["or is listed later", { snapshotListDelayMs: 5_000 }, 1_000, "completed", NOWHERE],
        ["or some time", { snapshotListDelayMs: 5_000 }, 6_000, "completed", EVERYWHERE],
        ["or fails", { snapshotResult: "error" }, 1_000, "errored", NOWHERE],
        ["or makes nothing", { snapshotResult: "nothing" }, 1_000, "completed", NOWHERE],
    ];
    for (const [what, settings, laterMs, status, listed] of ROWS) {
        it(`takes ${what}`, async () => {
            assert.deepEqual(await takenAndRead(settings, laterMs), { status, listed });
        });
    }

    it("refuses another action meanwhile, and fails where the Droplet goes", async () => {
        const { call, run, clock, simulator } = simulated({ snapshotMs: 60_000 });
        const { id } = simulator.panel.createDroplet("web-1");
        await run(async () => {
            const { body } = await call(`POST droplets/${id}/actions`, { type: "snapshot", name: "last" });
            assert.equal((await call(`POST droplets/${id}/actions`, { type: "snapshot" })).status, 422);
            simulator.panel.deleteDroplet(id);
            await clock.sleep(61_000);
            const { action } = (await call(`GET actions/${(body.action as { id: number }).id}`)).body;
            assert.equal((action as { status: string }).status, "errored");
            assert.deepEqual(simulator.state().snapshots, []);
        });
    });
});

describe("a snapshot of a simulated volume", () => {
    const GIGABYTE_COST = 0.06;

    for (const [written, size] of [
        [0, 0],
        [0.7, 0.7],
        [40, 10],
    ] as const) {
        it(`has the size of what was written, ${written} GB, and costs that much`, async () => {
            const { call, run, simulator, dropletWithEverything } = simulated({
                volumeWrittenGigabytes: written,
            });
            const { path, volume } = dropletWithEverything();
            const { id } = simulator.panel.snapshotVolume(volume.id, "s");
            const { snapshot } = (await run(() => call(`GET snapshots/${id}`))).body;
            assert.equal((snapshot as { size_gigabytes: number }).size_gigabytes, size);
            const { volumes, volume_snapshots: snapshots } = (await run(() => call(`GET ${path}`))).body;
            assert.equal((volumes as { cost: string }[])[0]?.cost, "1.00");
            const cost = (snapshots as { id: string; cost: string }[]).find((one) => one.id === id)?.cost;
            assert.equal(cost, (size * GIGABYTE_COST).toFixed(2));
        });
    }

    it("gets another name in the panel, and stays the same in every list", async () => {
        const { call, run, simulator, dropletWithEverything } = simulated();
        const { path, volume } = dropletWithEverything();
        const { id } = simulator.panel.snapshotVolume(volume.id, "before");
        simulator.panel.renameSnapshot(id, "after");
        const { snapshot } = (await run(() => call(`GET snapshots/${id}`))).body;
        assert.equal((snapshot as { name: string }).name, "after");
        const { volume_snapshots: snapshots } = (await run(() => call(`GET ${path}`))).body;
        assert.equal(
            (snapshots as { id: string; name: string }[]).find((one) => one.id === id)?.name,
            "after",
        );
    });

    it("makes a volume of the size of the one it was taken of", async () => {
        const { call, run, simulator } = simulated();
        const volume = simulator.panel.createVolume("data", 40);
        const { id } = simulator.panel.snapshotVolume(volume.id, "s");
        const { body } = await run(() => call("POST volumes", { name: "again", snapshot_id: id }));
        assert.equal((body.volume as { size_gigabytes: number }).size_gigabytes, 40);
    });
});
