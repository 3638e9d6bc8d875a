import { strict as assert } from "node:assert";

import type { Settings } from "../index.js";
import { simulated } from "./harness.js";

/** A Droplet with an action that is in progress, and a free address, volume and destroy to try on it. */
function busy(settings: Partial<Settings> = {}) {
    const world = simulated({ actionMs: 10_000, destroyDurationMs: 10_000, ...settings });
    const { call, run, clock, simulator } = world;
    const { panel } = simulator;
    const { id } = panel.createDroplet("web-1");
    const path = `droplets/${id}`;
    const status = async (endpoint: string, body?: object, headers: Record<string, string> = {}) =>
        (await run(() => call(endpoint, body, { headers }))).status;
    return {
        ...world,
        id,
        panel,
        status,
        wait: (ms: number) => run(() => clock.sleep(ms)),
        act: (type = "reboot") => status(`POST ${path}/actions`, { type }),
        remove: () => status(`DELETE ${path}`),
        destroy: () => status(`DELETE ${path}/destroy_with_associated_resources/selective`, {}),
        exists: async () => (await status(`GET ${path}`)) === 200,
        attach: () =>
            status(`POST volumes/${panel.createVolume(`data-${clock.now()}`).id}/actions`, {
                type: "attach",
                droplet_id: id,
            }),
        assign: (address: string) =>
            status(`POST reserved_ips/${address}/actions`, { type: "assign", droplet_id: id }),
    };
}

describe("a delete of a simulated Droplet", () => {
    for (const answer of [204, 422] as const) {
        it(`while an action is in progress is answered ${answer}, and carried out only at 204`, async () => {
            const droplet = busy({ deleteDuringEvent: answer });
            await droplet.act();
            assert.equal(await droplet.remove(), answer);
            await droplet.wait(5_000);
            assert.equal(await droplet.exists(), answer === 422);
        });
    }

    for (const how of ["carried out", "ignored"] as const) {
        it(`that is still new is answered, and ${how}`, async () => {
            const { status, wait, call, run } = busy({ bootMs: 10_000, deleteOfNew: how });
            const wanted = { name: "n", region: "nyc3", size: "s-1vcpu-1gb", image: "debian-12-x64" };
            const { body } = await run(() => call("POST droplets", wanted));
            const { id } = body.droplet as { id: number };
            assert.equal(await status(`DELETE droplets/${id}`), 204);
            await wait(60_000);
            assert.equal(await status(`GET droplets/${id}`), how === "ignored" ? 200 : 404);
        });
    }

    for (const answer of [204, 409, 422] as const) {
        it(`while a destroy of it runs is answered ${answer}`, async () => {
            const droplet = busy({ deleteDuringDestroy: answer });
            assert.equal(await droplet.destroy(), 202);
            assert.equal(await droplet.remove(), answer);
        });
    }
});

describe("an action on a simulated Droplet that is being destroyed", () => {
    for (const answer of ["accepted", 409, 422] as const) {
        it(`is answered ${answer}`, async () => {
            const droplet = busy({ actionDuringDestroy: answer });
            await droplet.destroy();
            assert.equal(await droplet.act(), answer === "accepted" ? 201 : answer);
        });
    }
});

describe("a simulated reserved IP", () => {
    for (const answer of [422, 201] as const) {
        it(`assigned to a Droplet that has an event is answered ${answer}`, async () => {
            const droplet = busy({ assignDuringEvent: answer });
            const { id: address } = droplet.panel.createReservedIp();
            await droplet.act();
            assert.equal(await droplet.assign(address), answer);
            const asked = droplet.status("POST reserved_ips", { droplet_id: droplet.id });
            assert.equal(await asked, answer === 422 ? 422 : 202);
            await droplet.wait(11_000);
            assert.equal(await droplet.assign(address), 201);
        });
    }

    it("cannot be deleted for a while after it was unassigned, if that is so", async () => {
        const { panel, status, wait, id } = busy({ deleteAfterUnassignMs: 5_000, actionMs: 500 });
        const { id: address } = panel.createReservedIp();
        panel.assignReservedIp(address, id);
        await status(`POST reserved_ips/${address}/actions`, { type: "unassign" });
        await wait(1_000);
        assert.equal(await status(`DELETE reserved_ips/${address}`), 422);
        await wait(5_000);
        assert.equal(await status(`DELETE reserved_ips/${address}`), 204);
    });

    it("cannot be deleted for a while after its Droplet has gone, if that is so", async () => {
        const { panel, status, wait, id, remove } = busy({ deleteAfterUnassignMs: 5_000 });
        const { id: address } = panel.createReservedIp();
        panel.assignReservedIp(address, id);
        await remove();
        await wait(2_000);
        assert.equal(await status(`DELETE reserved_ips/${address}`), 422);
        await wait(5_000);
        assert.equal(await status(`DELETE reserved_ips/${address}`), 204);
    });
});

describe("a second volume attached to a simulated Droplet at the same time", () => {
    for (const answer of [422, 202] as const) {
        it(`is answered ${answer}`, async () => {
            const droplet = busy({ secondAttach: answer });
            assert.equal(await droplet.attach(), 202);
            await droplet.wait(10);
            assert.equal(await droplet.attach(), answer);
            assert.equal(await droplet.act(), 422);
            await droplet.wait(11_000);
            assert.equal(
                droplet.simulator.state().volumes.filter((one) => one.dropletId !== null).length,
                answer === 202 ? 2 : 1,
            );
            assert.equal(await droplet.act(), 201);
        });
    }
});

describe("a simulated destroy", () => {
    for (const answer of [400, 403, 422, 202] as const) {
        it(`of everything without confirmation is answered ${answer}`, async () => {
            const { status, id } = busy({ unconfirmedDangerous: answer });
            const endpoint = `DELETE droplets/${id}/destroy_with_associated_resources/dangerous`;
            assert.equal(await status(endpoint, undefined, { "x-dangerous": "yes" }), answer);
            const again = await status(endpoint, undefined, { "x-dangerous": "true" });
            assert.equal(again, answer === 202 ? 409 : 202);
        });
    }

    for (const answer of [422, 400, 202] as const) {
        it(`whose lists are none is answered ${answer}, and takes what can be read`, async () => {
            const { status, id, panel, wait, simulator } = busy({ malformedSelective: answer });
            const { id: snapshotId } = panel.takeSnapshot(id, "nightly");
            const endpoint = `DELETE droplets/${id}/destroy_with_associated_resources/selective`;
            const body = { volumes: "all", snapshots: [snapshotId, { id: 1 }] };
            assert.equal(await status(endpoint, body), answer);
            await wait(60_000);
            assert.equal(simulator.state().snapshots.length, answer === 202 ? 0 : 1);
        });
    }
});
