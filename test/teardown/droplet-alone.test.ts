import assert from "node:assert/strict";

import type { Settings } from "../../simulator/index.js";
import { startAction } from "../support/final-snapshot-story.js";
import { TeardownWorld } from "../support/teardown-world.js";

/** A Droplet that is to go while everything of it stays, in an account that may not take a destroy of nothing else. */
async function keepEverything(settings: Partial<Settings>, args: object = {}) {
    const world = new TeardownWorld({ settings });
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "keep", ...args });
    return { world, droplet, stored };
}

describe("where only the Droplet goes", () => {
    for (const emptySelective of [400, 422] as const) {
        it(`it is deleted alone, once a destroy that lists nothing was refused with ${emptySelective} for 20 s`, async () => {
            const { world, droplet, stored } = await keepEverything({ emptySelective });
            const report = await world.report(stored);
            const refused = `DELETE selective ${emptySelective}`;
            assert.deepEqual(world.changes(), [refused, refused, refused, `DELETE ${droplet.id} 204`]);
            assert.equal(report.droplets[0].outcome, "destroyed");
            assert.deepEqual(report.droplets[0].unread, []);
            assert.deepEqual(world.left(), ["reserved_ip", "snapshot", "volume", "volume_snapshot"]);
        });
    }

    it("it is deleted alone within a timeout that is hardly longer than that", async () => {
        const { world, droplet, stored } = await keepEverything({ emptySelective: 400 }, { timeout: "30s" });
        await world.delete(stored);
        const refused = "DELETE selective 400";
        assert.deepEqual(world.changes(), [refused, refused, `DELETE ${droplet.id} 204`]);
    });

    it("a destroy that lists something is not followed by anything else when it is invalid", async () => {
        const { world, droplet, stored } = await keepEverything({}, { policy: "destroy" });
        world.simulator.faults.add({
            match: { path: "*/selective" },
            times: Infinity,
            do: { kind: "answer", status: 400, message: "Invalid." },
        });
        assert.match(await world.failedDelete(stored), /400 Invalid\./);
        assert.deepEqual(world.changes(), ["DELETE selective 400"]);
        assert.ok(world.simulator.state().droplets.some(({ id }) => id === droplet.id));
    });

    it("a destroy that lists nothing and that the token may not ask for fails at once", async () => {
        const { world, stored } = await keepEverything({});
        world.simulator.faults.add({
            match: { path: "*/selective" },
            times: Infinity,
            do: { kind: "answer", status: 403, message: "You are not authorized." },
        });
        assert.match(
            await world.failedDelete(stored),
            /403 You are not authorized\. .*; the token may lack a scope/,
        );
        assert.deepEqual(world.changes(), ["DELETE selective 403"]);
    });

    it("the refusal is quoted where time is up", async () => {
        const { world, stored } = await keepEverything({ emptySelective: 400 }, { timeout: "3s" });
        const message = await world.failedDelete(stored);
        assert.match(message, /the destroy was answered with: DELETE .*: 400 No resources are listed\./);
        assert.ok(world.left().includes("droplet"));
    });

    it("a snapshot that somebody takes is not cut short", async () => {
        const { world, droplet, stored } = await keepEverything({
            destroyDuringEvent: 422,
            snapshotMs: 200_000,
        });
        const { clock } = world;
        await startAction(world, droplet.id, { type: "snapshot", name: "theirs" });
        await world.delete(stored);
        assert.ok(clock.monotonicMs() > 200_000);
        assert.equal(world.left().filter((kind) => kind === "snapshot").length, 2);
    });

    it("what failed in somebody's destroy and stays is no obstacle, where only a retry would be taken", async () => {
        const { world, droplet, stored } = await keepEverything({ selectiveAfterFailures: 409 });
        world.simulator.faults.failItem(droplet.volume, { times: Infinity });
        world.simulator.panel.destroy(droplet.id, [droplet.volume]);
        await world.pass(10_000);
        await world.delete(stored);
        assert.match(world.changes().join(), /DELETE selective 409,DELETE \d+ 204$/);
        assert.ok(world.left().includes("volume"));
    });

    it("a lost answer to the delete is settled by looking", async () => {
        const settings = { emptySelective: 422, deleteDelayMs: 20_000 } as const;
        const { world, droplet, stored } = await keepEverything(settings);
        world.simulator.faults.add({
            match: { method: "DELETE", path: `/v2/droplets/${droplet.id}` },
            do: { kind: "dropAfter" },
        });
        await world.delete(stored);
        assert.match(world.changes().join(), /DELETE selective 422,DELETE \d+ 0$/);
        assert.ok(!world.left().includes("droplet"));
    });

    it("a refused delete of the Droplet is repeated", async () => {
        const { world, droplet, stored } = await keepEverything({ emptySelective: 422 });
        world.simulator.faults.add({
            match: { method: "DELETE", path: `/v2/droplets/${droplet.id}` },
            do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
        });
        const { clock } = world;
        const startedAtMs = clock.monotonicMs();
        await world.delete(stored);
        assert.match(world.changes().join(), /DELETE \d+ 422,DELETE \d+ 204$/);
        // After 3, 6 and 12 s of refusals, this one comes 24 s later.
        assert.ok(clock.monotonicMs() - startedAtMs >= 45_000);
    });

    it("one whose answer is lost is not said to be accepted, nor to go on", async () => {
        for (const [args, claim] of [
            [{ retries: 0 }, /the droplet is still there; its delete was answered with: DELETE/],
            [{ timeout: "30s" }, /not finished after 30s; the destroy was answered with: DELETE/],
        ] as const) {
            const { world, droplet, stored } = await keepEverything({ emptySelective: 422 }, args);
            world.simulator.faults.add({
                match: { method: "DELETE", path: `/v2/droplets/${droplet.id}` },
                times: Infinity,
                do: { kind: "dropBefore" },
            });
            const message = await world.failedDelete(stored);
            assert.match(message, claim);
            assert.doesNotMatch(message, /accepted|still running/);
        }
    });

    it("one that is accepted and changes nothing is a failure that says so", async () => {
        const { world, droplet, stored } = await keepEverything({ emptySelective: 422 }, { retries: 0 });
        world.simulator.faults.add({
            match: { method: "DELETE", path: `/v2/droplets/${droplet.id}` },
            times: Infinity,
            do: { kind: "answer", status: 204 },
        });
        assert.match(
            await world.failedDelete(stored),
            /accepted the delete of the droplet, but it is still there/,
        );
    });
});
