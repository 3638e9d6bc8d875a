import { strict as assert } from "node:assert";
import type { Settings } from "../index.js";
import { type Answer, simulated } from "./harness.js";

const DANGEROUS = { headers: { "x-dangerous": "true" } };

describe("the simulated destroy with associated resources", () => {
    it("lists what is associated, an address under both of its names", async () => {
        const { call, run, dropletWithEverything } = simulated();
        const { path, address, volume, snapshot, volumeSnapshot } = dropletWithEverything();
        const { body } = await run(() => call(`GET ${path}`));
        const ip = { id: address.associatedId, name: address.id, cost: "5.00" };
        assert.deepEqual(body, {
            reserved_ips: [ip],
            floating_ips: [ip],
            snapshots: [{ id: snapshot.id, name: "nightly", cost: "0.15" }],
            volume_snapshots: [{ id: volumeSnapshot.id, name: "before", cost: "0.00" }],
            volumes: [{ id: volume.id, name: "data", cost: "1.00" }],
        });
    });

    it("destroys one resource after the other, and the Droplet last", async () => {
        const { call, run, clock, dropletWithEverything } = simulated({ destroyDurationMs: 5_000 });
        const { path } = dropletWithEverything();
        const destroyed: number[] = [];
        await run(async () => {
            await call(`DELETE ${path}/dangerous`, undefined, DANGEROUS);
            for (let second = 0; second < 5; second++) {
                const { body } = await call(`GET ${path}/status`);
                assert.equal("completed_at" in body, false);
                assert.equal("destroyed_at" in (body.droplet as object), false);
                destroyed.push(JSON.stringify(body).split("destroyed_at").length - 1);
                await clock.sleep(1_000);
            }
            const { body } = await call(`GET ${path}/status`);
            assert.equal(body.completed_at, "2026-01-01T00:00:05Z");
            assert.equal((body.droplet as { destroyed_at: string }).destroyed_at, "2026-01-01T00:00:05Z");
            assert.equal((await call(`GET ${path}`)).status, 404);
        });
        // The address counts twice.
        assert.deepEqual(destroyed, [0, 2, 3, 4, 5]);
    });

    it("takes exactly what selective names", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated();
        const { path, address, volume, snapshot } = dropletWithEverything();
        await run(async () => {
            const body = { floating_ips: [address.associatedId], snapshots: [snapshot.id] };
            assert.equal((await call(`DELETE ${path}/selective`, body)).status, 202);
            await clock.sleep(5_000);
        });
        const { droplets, reservedIps, snapshots, volumes } = simulator.state();
        assert.deepEqual([droplets, reservedIps], [[], []]);
        assert.deepEqual(volumes, [{ id: volume.id, name: "data", dropletId: null, monthlyCost: "1.00" }]);
        assert.deepEqual(
            snapshots.map(({ name }) => name),
            ["before"],
        );
    });

    it("refuses dangerous without its header", async () => {
        const { call, run, dropletWithEverything } = simulated();
        const { path } = dropletWithEverything();
        assert.equal((await run(() => call(`DELETE ${path}/dangerous`))).status, 400);
    });

    it("keeps the Droplet when a resource fails, and repeats only that on retry", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated();
        const { path, snapshot, id } = dropletWithEverything();
        simulator.faults.failItem(snapshot.id, { message: "snapshot is locked" });
        await run(async () => {
            await call(`DELETE ${path}/selective`, { snapshots: [snapshot.id] });
            assert.equal((await call(`POST ${path}/retry`)).status, 409);
            await clock.sleep(5_000);
            const failed = await call(`GET ${path}/status`);
            assert.equal(failed.body.failures, 1);
            assert.match(JSON.stringify(failed.body), /"error_message":"snapshot is locked"/);
            assert.equal((await call(`GET droplets/${id}`)).status, 200);
            assert.equal((await call(`POST ${path}/retry`)).status, 202);
            await clock.sleep(5_000);
            const done = await call(`GET ${path}/status`);
            assert.equal(done.body.failures, 0);
            assert.equal((await call(`GET droplets/${id}`)).status, 404);
        });
    });

    it("can lose the Droplet although a resource failed", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated({
            dropletSurvivesFailure: false,
            failuresCountDuplicates: true,
        });
        const { path, address, id } = dropletWithEverything();
        simulator.faults.failItem(address.associatedId);
        await run(async () => {
            await call(`DELETE ${path}/selective`, { reserved_ips: [address.associatedId] });
            await clock.sleep(5_000);
            assert.equal((await call(`GET droplets/${id}`)).status, 404);
            assert.equal((await call(`GET ${path}/status`)).body.failures, 2);
        });
    });

    it("can fail on the Droplet itself", async () => {
        const { call, run, clock, simulator, dropletWithEverything } = simulated({
            failuresCountDroplet: true,
        });
        const { path, id } = dropletWithEverything();
        simulator.faults.failDroplet(id, { message: "host is migrating" });
        await run(async () => {
            await call(`DELETE ${path}/selective`);
            await clock.sleep(5_000);
            const { body } = await call(`GET ${path}/status`);
            assert.equal(body.failures, 1);
            assert.equal((body.droplet as { error_message: string }).error_message, "host is migrating");
            await call(`POST ${path}/retry`);
            await clock.sleep(5_000);
            assert.equal((await call(`GET droplets/${id}`)).status, 404);
        });
    });

    it("forgets the status after its retention", async () => {
        const { call, run, clock, dropletWithEverything } = simulated({ statusRetentionMs: 60_000 });
        const { path } = dropletWithEverything();
        await run(async () => {
            await call(`DELETE ${path}/selective`);
            await clock.sleep(63_000);
            assert.equal((await call(`GET ${path}/status`)).status, 200);
            await clock.sleep(2_000);
            assert.equal((await call(`GET ${path}/status`)).status, 404);
        });
    });

    describe("has a switch for what is not documented:", () => {
        async function statusOfRunning(settings: Partial<Settings>): Promise<Answer> {
            const { call, run, dropletWithEverything } = simulated(settings);
            const { path } = dropletWithEverything();
            return run(async () => {
                await call(`DELETE ${path}/selective`);
                return call(`GET ${path}/status`);
            });
        }

        const completedAt: readonly (readonly [Settings["runningCompletedAt"], unknown])[] = [
            ["absent", undefined],
            ["null", null],
            ["empty", ""],
            ["blank", " "],
            ["zero", "0001-01-01T00:00:00Z"],
        ];
        for (const [runningCompletedAt, expected] of completedAt) {
            it(`completed_at while it runs is ${runningCompletedAt}`, async () => {
                const { body } = await statusOfRunning({ runningCompletedAt });
                assert.equal(body.completed_at, expected);
            });
        }

        for (const [noErrorMessage, expected] of [
            ["absent", undefined],
            ["null", null],
            ["empty", ""],
            ["blank", " "],
        ] as const) {
            it(`error_message of what did not fail is ${noErrorMessage}`, async () => {
                const { body } = await statusOfRunning({ noErrorMessage });
                assert.equal((body.droplet as { error_message?: unknown }).error_message, expected);
            });
        }

        for (const listedCost of ["absent", "empty"] as const) {
            it(`the cost in the list is ${listedCost}`, async () => {
                const { call, run, dropletWithEverything } = simulated({ listedCost });
                const { path } = dropletWithEverything();
                const { body } = await run(() => call(`GET ${path}`));
                const [volume] = body.volumes as { cost?: string }[];
                assert.equal(volume?.cost, listedCost === "empty" ? "" : undefined);
            });
        }

        it("what could not be destroyed has a time of its destruction as well", async () => {
            const { call, run, clock, simulator, dropletWithEverything } = simulated({
                failedDestroyedAt: "set",
            });
            const { path, volume } = dropletWithEverything();
            simulator.faults.failItem(volume.id);
            const { body } = await run(async () => {
                await call(`DELETE ${path}/dangerous`, undefined, DANGEROUS);
                await clock.sleep(5_000);
                return call(`GET ${path}/status`);
            });
            const [told] = (body.resources as { volumes: object[] }).volumes;
            const destroyed_at = "2026-01-01T00:00:00Z";
            assert.deepEqual(told, {
                id: volume.id,
                name: "data",
                destroyed_at,
                error_message: "resource is busy",
            });
            assert.equal(simulator.state().volumes.length, 1);
        });

        it("a volume still shows as attached to a Droplet that is gone", async () => {
            const { call, run, clock, simulator, dropletWithEverything } = simulated({
                detachDelayMs: 5_000,
            });
            const { id, volume } = dropletWithEverything();
            simulator.panel.deleteDroplet(id);
            const shown = async (): Promise<unknown> => {
                const { body } = await run(() => call(`GET volumes/${volume.id}`));
                return (body.volume as { droplet_ids: number[] }).droplet_ids;
            };
            assert.deepEqual(await shown(), [id]);
            await clock.run(clock.sleep(5_000));
            assert.deepEqual(await shown(), []);
        });

        it("the status is 404 for a while after the 202", async () => {
            assert.equal((await statusOfRunning({ statusDelayMs: 500 })).status, 404);
        });

        for (const secondDestroy of [409, 202, 404] as const) {
            it(`a second destroy while one runs is ${secondDestroy}`, async () => {
                const { call, run, dropletWithEverything } = simulated({ secondDestroy });
                const { path } = dropletWithEverything();
                const second = await run(async () => {
                    await call(`DELETE ${path}/selective`);
                    return call(`DELETE ${path}/dangerous`, undefined, DANGEROUS);
                });
                assert.equal(second.status, secondDestroy);
            });
        }

        for (const retryWithoutFailures of [202, 404, 409, 422] as const) {
            it(`a retry when nothing has failed is ${retryWithoutFailures}`, async () => {
                const { call, run, clock, dropletWithEverything } = simulated({ retryWithoutFailures });
                const { path } = dropletWithEverything();
                const retry = await run(async () => {
                    await call(`DELETE ${path}/selective`);
                    await clock.sleep(5_000);
                    return call(`POST ${path}/retry`);
                });
                assert.equal(retry.status, retryWithoutFailures);
            });
        }

        for (const [unknownIds, status, failures] of [
            ["ignored", 202, 0],
            ["rejected", 422, undefined],
            ["failure", 202, 1],
        ] as const) {
            it(`unknown ids in selective are ${unknownIds}`, async () => {
                const { call, run, clock, dropletWithEverything } = simulated({ unknownIds });
                const { path } = dropletWithEverything();
                await run(async () => {
                    const answer = await call(`DELETE ${path}/selective`, { volumes: ["unknown"] });
                    assert.equal(answer.status, status);
                    await clock.sleep(5_000);
                    assert.equal((await call(`GET ${path}/status`)).body.failures, failures);
                });
            });
        }

        for (const [staleAfterRetry, message] of [
            ["everything", true],
            ["completion", false],
        ] as const) {
            it(`after a retry ${staleAfterRetry} may be stale`, async () => {
                const { call, run, clock, simulator, dropletWithEverything } = simulated({
                    staleAfterRetryMs: 2_000,
                    staleAfterRetry,
                });
                const { path, snapshot } = dropletWithEverything();
                simulator.faults.failItem(snapshot.id);
                await run(async () => {
                    await call(`DELETE ${path}/selective`, { snapshots: [snapshot.id] });
                    await clock.sleep(5_000);
                    await call(`POST ${path}/retry`);
                    const stale = (await call(`GET ${path}/status`)).body;
                    assert.deepEqual([stale.failures, "completed_at" in stale], [1, true]);
                    assert.equal(JSON.stringify(stale).includes("error_message"), message);
                    await clock.sleep(2_000);
                    assert.equal("completed_at" in (await call(`GET ${path}/status`)).body, false);
                });
            });
        }
    });
});
