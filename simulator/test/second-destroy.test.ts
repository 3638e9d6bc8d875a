import { strict as assert } from "node:assert";
import type { Settings } from "../index.js";
import { type Answer, simulated } from "./harness.js";

interface StatusBody {
    readonly failures?: number;
    readonly resources: Readonly<Record<string, readonly Record<string, string>[]>>;
}

/** A Droplet whose destroy has failed on its volume, so that it lives on. */
function failedOnVolume(settings: Partial<Settings> = {}) {
    const world = simulated(settings);
    const { call, run, clock, simulator, dropletWithEverything } = world;
    const made = dropletWithEverything();
    const { path, volume } = made;
    const destroy = (body: object): Promise<Answer> => call(`DELETE ${path}/selective`, body);
    const fail = async (body: object = { volumes: [volume.id] }): Promise<void> => {
        simulator.faults.failItem(volume.id);
        await destroy(body);
        await clock.sleep(5_000);
    };
    const status = async (): Promise<StatusBody> =>
        (await call(`GET ${path}/status`)).body as unknown as StatusBody;
    return { ...world, ...made, run, destroy, fail, status };
}

describe("the simulated destroy after one that failed", () => {
    for (const selectiveAfterFailures of [202, 409, 422] as const) {
        it(`may be answered with ${selectiveAfterFailures}`, async () => {
            const world = failedOnVolume({ selectiveAfterFailures });
            const { volume, run, destroy, fail, clock, simulator } = world;
            const answer = await run(async () => {
                await fail();
                const second = await destroy({ volumes: [volume.id] });
                await clock.sleep(5_000);
                return second;
            });
            assert.equal(answer.status, selectiveAfterFailures);
            assert.equal(simulator.state().droplets.length, selectiveAfterFailures === 202 ? 0 : 1);
        });
    }

    for (const emptySelective of [202, 400, 422] as const) {
        it(`may be answered with ${emptySelective} where it lists nothing`, async () => {
            const { run, destroy, clock, simulator } = failedOnVolume({ emptySelective });
            const answer = await run(async () => {
                const first = await destroy({ volumes: [], snapshots: [] });
                await clock.sleep(5_000);
                return first;
            });
            assert.equal(answer.status, emptySelective);
            assert.equal(simulator.state().droplets.length, emptySelective === 202 ? 0 : 1);
        });
    }

    it("is not refused when it is the first; a failure of the Droplet itself counts", async () => {
        const { id, run, destroy, clock, simulator } = failedOnVolume({ selectiveAfterFailures: 409 });
        await run(async () => {
            simulator.faults.failDroplet(id);
            assert.equal((await destroy({})).status, 202);
            await clock.sleep(5_000);
            assert.equal((await destroy({})).status, 409);
        });
    });

    it("has a status of its own", async () => {
        const { snapshot, run, destroy, fail, status } = failedOnVolume();
        await run(async () => {
            await fail();
            await destroy({ snapshots: [snapshot.id] });
            const { resources } = await status();
            assert.equal(resources.volumes?.length, 0);
            assert.equal(resources.snapshots?.length, 1);
        });
    });

    it("may have its status merged into the earlier one", async () => {
        const world = failedOnVolume({ nextStatus: "merges" });
        const { volume, snapshot, volumeSnapshot, run, destroy, fail, status, clock, simulator } = world;
        await run(async () => {
            await fail({ volumes: [volume.id], volume_snapshots: [volumeSnapshot.id] });
            await destroy({ snapshots: [snapshot.id] });
            await clock.sleep(5_000);
            const { resources, failures } = await status();
            assert.ok(resources.volume_snapshots?.[0]?.destroyed_at);
            assert.ok(resources.snapshots?.[0]?.destroyed_at);
            assert.equal(resources.volumes?.[0]?.error_message, "resource is busy");
            assert.equal(failures, 1);
        });
        const { droplets, volumes } = simulator.state();
        assert.deepEqual([droplets.length, volumes.length], [0, 1]);
    });

    it("takes the place of what has failed when it asks for it anew", async () => {
        const { volume, run, destroy, fail, status, clock } = failedOnVolume({ nextStatus: "merges" });
        await run(async () => {
            await fail();
            await destroy({ volumes: [volume.id] });
            await clock.sleep(5_000);
            const { resources, failures } = await status();
            assert.equal(resources.volumes?.length, 1);
            assert.ok(resources.volumes[0]?.destroyed_at);
            assert.equal(failures, 0);
        });
    });

    for (const retryTakesAttachedElsewhere of [true, false]) {
        const what = retryTakesAttachedElsewhere ? "takes" : "does not take";
        it(`by retry ${what} what hangs on another Droplet by now`, async () => {
            const world = failedOnVolume({ retryTakesAttachedElsewhere });
            const { call, path, volume, address, run, fail, clock, simulator } = world;
            const other = simulator.panel.createDroplet("web-2");
            simulator.faults.failItem(address.associatedId);
            await run(async () => {
                await fail({ volumes: [volume.id], reserved_ips: [address.associatedId] });
                simulator.panel.attachVolume(volume.id, other.id);
                simulator.panel.assignReservedIp(address.id, other.id);
                assert.equal((await call(`POST ${path}/retry`)).status, 202);
                await clock.sleep(5_000);
            });
            const { volumes, reservedIps } = simulator.state();
            const left = retryTakesAttachedElsewhere ? [] : [other.id];
            assert.deepEqual(
                [volumes.map((row) => row.dropletId), reservedIps.map((row) => row.dropletId)],
                [left, left],
            );
        });
    }
});

describe("the simulated destroy endpoints, where nothing is documented,", () => {
    it("may count failures that no resource explains", async () => {
        const { run, destroy, status, clock, simulator } = failedOnVolume({ unexplainedFailures: 2 });
        await run(async () => {
            await destroy({});
            assert.equal((await status()).failures, 0);
            await clock.sleep(5_000);
            assert.equal((await status()).failures, 2);
        });
        assert.equal(simulator.state().droplets.length, 0);
    });

    for (const [statusBeforeDestroy, expected] of [
        ["404", 404],
        ["empty", 200],
    ] as const) {
        it(`have a status before any destroy that is ${statusBeforeDestroy}`, async () => {
            const { call, path, run, destroy, clock } = failedOnVolume({
                statusBeforeDestroy,
                statusDelayMs: 500,
            });
            await run(async () => {
                const before = await call(`GET ${path}/status`);
                assert.equal(before.status, expected);
                assert.deepEqual(
                    Object.keys(before.body),
                    expected === 200 ? [] : ["id", "message", "request_id"],
                );
                await destroy({});
                assert.equal((await call(`GET ${path}/status`)).status, expected);
                await clock.sleep(500);
                assert.ok("droplet" in (await call(`GET ${path}/status`)).body);
                const unknown = "GET droplets/1/destroy_with_associated_resources/status";
                assert.equal((await call(unknown)).status, 404);
            });
        });
    }

    for (const [associatedList, expected, keys] of [
        ["normal", 200, 5],
        ["404", 404, 3],
        ["empty", 200, 0],
    ] as const) {
        it(`have a list that is ${associatedList} while the Droplet is there`, async () => {
            const { call, path, id, run } = failedOnVolume({ associatedList });
            const list = await run(() => call(`GET ${path}`));
            assert.deepEqual([list.status, Object.keys(list.body).length], [expected, keys]);
            assert.equal((await run(() => call(`GET droplets/${id}`))).status, 200);
        });
    }

    it("say so once, by a fault", async () => {
        const { call, path, run, simulator } = failedOnVolume();
        simulator.faults.add({
            match: { path: `/v2/${path}` },
            do: { kind: "answer", status: 200, body: {} },
        });
        simulator.faults.add({ match: { path: `/v2/${path}` }, do: { kind: "answer", status: 404 } });
        const lists = [];
        for (let count = 0; count < 3; count++) {
            const { status, body } = await run(() => call(`GET ${path}`));
            lists.push([status, "volumes" in body]);
        }
        assert.deepEqual(lists, [
            [200, false],
            [404, false],
            [200, true],
        ]);
    });
});
