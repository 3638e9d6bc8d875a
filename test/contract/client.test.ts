import assert from "node:assert/strict";
import { AuthenticationError } from "../../provider/teardown/errors.js";
import { RESOURCE_KINDS } from "../../provider/teardown/model.js";
import { SENDING } from "../support/connection.js";
import { never, scene, TOKEN } from "../support/client-scene.js";

describe("client against the simulator", () => {
    it(
        "reads a Droplet",
        scene(async ({ api, dropletId }) => {
            const { createdAt, ...droplet } = (await api.droplet(dropletId, never)) ?? assert.fail();
            assert.match(createdAt ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
            assert.deepEqual(droplet, {
                id: dropletId,
                name: "web-1",
                status: "active",
                tags: ["teardown:shop:dev"],
                monthlyPrice: "6",
                backups: 0,
            });
        }),
    );

    it(
        "lists what is associated, each once",
        scene(async ({ api, dropletId, address, volumeId }) => {
            const list = (await api.associated(dropletId, never))?.resources ?? [];
            assert.deepEqual(
                list.map(({ kind, name }) => [kind, name]),
                [
                    ["reserved_ip", address],
                    ["snapshot", "nightly"],
                    ["volume", "pg-data"],
                    ["volume_snapshot", "pg-backup"],
                ],
            );
            assert.equal(list.find(({ kind }) => kind === "volume")?.id, volumeId);
            assert.ok(list.every(({ monthlyCost }) => /^\d+\.\d\d$/.test(monthlyCost ?? "")));
        }),
    );

    for (const unset of ["absent", "null", "empty", "blank", "zero"] as const) {
        const noErrorMessage = unset === "zero" ? "blank" : unset;
        it(
            `follows a destroy to its end where what is not set is ${unset}`,
            scene(
                async ({ api, clock, dropletId }) => {
                    assert.deepEqual(await api.status(dropletId, never), { state: "none" });
                    const all = (await api.associated(dropletId, never))?.resources ?? [];
                    const chosen = all.filter(({ kind }) => kind !== "volume");
                    assert.deepEqual(await api.destroy(dropletId, chosen, SENDING), { kind: "accepted" });

                    const running = await api.status(dropletId, never);
                    assert.ok(running.state === "running");
                    assert.equal(running.droplet.destroyedAt, null);
                    assert.deepEqual(
                        running.resources.map(({ kind, error }) => [kind, error]),
                        chosen.map(({ kind }) => [kind, null]),
                    );

                    clock.skip(60_000);
                    const done = await api.status(dropletId, never);
                    assert.ok(done.state === "completed");
                    assert.equal(done.failures, 0);
                    assert.ok([done.droplet, ...done.resources].every((part) => part.destroyedAt !== null));
                    assert.equal(await api.droplet(dropletId, never), null);
                    assert.equal(await api.associated(dropletId, never), null);
                    const left = await Promise.all(all.map((resource) => api.find(resource, never)));
                    assert.deepEqual(
                        all.filter((_, index) => left[index] !== null).map(({ kind }) => kind),
                        ["volume"],
                    );
                },
                { runningCompletedAt: unset, noErrorMessage },
            ),
        );
    }

    it(
        "retries what failed",
        scene(async ({ api, clock, dropletId, simulator }) => {
            const snapshot = (await api.associated(dropletId, never))?.resources.find(
                ({ kind }) => kind === "snapshot",
            );
            assert.ok(snapshot);
            simulator.faults.failItem(snapshot.id, { message: "resource is busy" });
            await api.destroy(dropletId, [snapshot], SENDING);
            assert.equal((await api.retry(dropletId, SENDING)).kind, "conflict");
            clock.skip(60_000);
            const failed = await api.status(dropletId, never);
            assert.ok(failed.state === "completed");
            assert.equal(failed.failures, 1);
            assert.equal(failed.resources[0]?.error, "resource is busy");
            assert.deepEqual(await api.retry(dropletId, SENDING), { kind: "accepted" });
            clock.skip(60_000);
            const done = await api.status(dropletId, never);
            assert.ok(done.state === "completed");
            assert.equal(done.failures, 0);
        }),
    );

    it(
        "says what keeps a destroy from beginning",
        scene(
            async ({ api, dropletId, simulator }) => {
                assert.equal((await api.destroy(4_040_404, [], SENDING)).kind, "gone");
                assert.equal((await api.retry(4_040_404, SENDING)).kind, "gone");
                simulator.panel.destroy(dropletId);
                assert.equal((await api.destroy(dropletId, [], SENDING)).kind, "conflict");
                const other = simulator.panel.createDroplet("busy").id;
                simulator.faults.add({
                    match: { dropletId: other },
                    do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
                });
                const outcome = await api.destroy(other, [], SENDING);
                assert.equal(outcome.kind, "busy");
                assert.match(
                    outcome.message,
                    /: 422 Droplet already has a pending event\. \(request [^)]+\)$/,
                );
            },
            { destroyDuringEvent: 422 },
        ),
    );

    it(
        "looks things up",
        scene(async ({ api, simulator, dropletId, volumeId, address }) => {
            assert.match((await api.account(never))?.id ?? "", /^[0-9a-f-]{36,40}$/);
            const volume = { kind: "volume", id: volumeId, name: "", monthlyCost: null } as const;
            const ip = { kind: "reserved_ip", id: "1", name: address, monthlyCost: null } as const;
            assert.deepEqual(await api.find(volume, never), { dropletIds: [dropletId] });
            assert.deepEqual(await api.find(ip, never), { dropletIds: [dropletId] });
            assert.equal((await api.volumeSnapshots(volumeId, never))?.length, 1);
            simulator.panel.detachVolume(volumeId);
            simulator.panel.unassignReservedIp(address);
            assert.deepEqual(await api.find(volume, never), { dropletIds: [] });
            assert.deepEqual(await api.find(ip, never), { dropletIds: [] });
            assert.equal((await api.remove(volume, SENDING)).kind, "accepted");
            assert.equal((await api.remove(volume, SENDING)).kind, "gone");
            assert.equal(await api.find(volume, never), null);
            assert.equal(await api.volumeSnapshots(volumeId, never), null);
            assert.equal(await api.find({ ...ip, name: "203.0.113.1" }, never), null);
        }),
    );

    it(
        "reads every page of a long list, twice",
        scene(async ({ api, simulator, volumeId }) => {
            for (let count = 1; count < 401; count += 1) {
                simulator.panel.snapshotVolume(volumeId, `backup-${count}`);
            }
            simulator.clearRequests();
            const ids = (await api.volumeSnapshots(volumeId, never)) ?? [];
            assert.equal(new Set(ids).size, 401);
            assert.equal(simulator.requests().length, 6);
        }),
    );

    const scopes = {
        reserved_ip: "reserved_ip:read",
        snapshot: "image:read",
        volume: "block_storage:read",
        volume_snapshot: "block_storage_snapshot:read",
    } as const;
    for (const kind of RESOURCE_KINDS) {
        it(
            `finds out that a token may read a ${kind} and nothing else`,
            scene(async ({ api, simulator }) => {
                simulator.setToken(TOKEN, { scopes: [scopes[kind]] });
                const readable = await Promise.all(RESOURCE_KINDS.map((other) => api.accessTo(other, never)));
                assert.deepEqual(
                    RESOURCE_KINDS.filter((_, index) => readable[index]?.denied === null),
                    [kind],
                );
                assert.equal(await api.account(never), null);
            }),
        );
    }

    it(
        "hands the id of each request to the observer and to errors",
        scene(async ({ api, simulator, exchanges }) => {
            simulator.setToken(TOKEN, { revoked: true });
            const error = await api.droplet(42, never).then(
                () => assert.fail(),
                (thrown: unknown) => thrown,
            );
            assert.ok(error instanceof AuthenticationError);
            assert.match(error.message, /^GET \/v2\/droplets\/42: 401 .+ \(request [0-9a-f-]{36}\)$/);
            assert.equal(exchanges[0]?.requestId, error.requestId);
        }),
    );
});
