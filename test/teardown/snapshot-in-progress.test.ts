import assert from "node:assert/strict";

import type { Settings } from "../../simulator/index.js";
import { startAction } from "../support/final-snapshot-story.js";
import { TeardownWorld } from "../support/teardown-world.js";

/** A Droplet of which somebody takes a snapshot, for a minute and a half. */
async function beingTaken(policy: unknown, settings: Partial<Settings> = {}) {
    const world = new TeardownWorld({ settings: { roundTripMs: 150, snapshotMs: 90_000, ...settings } });
    const { id } = world.simulator.panel.createDroplet("web-1");
    const stored = await world.create({ dropletId: id, policy });
    await startAction(world, id, { type: "snapshot", name: "theirs" });
    return { world, id, stored };
}

const WAITS = "waiting for a snapshot that is being taken";

describe("a snapshot of a Droplet that somebody is taking", () => {
    it("is waited for where snapshots prevent a destroy, and then it does", async () => {
        const { world, stored } = await beingTaken({ default: "destroy", snapshots: "prevent" });
        assert.match(
            await world.failedDelete(stored),
            /nothing was destroyed, because the policy prevents it while there is snapshot theirs/,
        );
        assert.deepEqual(world.changes(), []);
        assert.ok(world.progress().some((line) => line.includes(WAITS)));
    });

    it("is waited for where snapshots are kept, and stays", async () => {
        const { world, stored } = await beingTaken({ default: "destroy", snapshots: "keep" });
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), ["snapshot"]);
        assert.match(world.announced().at(-1) ?? "", /kept +snapshot +theirs .*policy snapshots: keep/);
    });

    it("is waited for also where the list shows it late", async () => {
        const { world, stored } = await beingTaken(
            { default: "destroy", snapshots: "prevent" },
            { snapshotListDelayMs: 10_000 },
        );
        assert.match(await world.failedDelete(stored), /while there is snapshot theirs/);
        assert.deepEqual(world.changes(), []);
    });

    it("is not asked for where snapshots are destroyed anyway", async () => {
        const { world, stored } = await beingTaken("destroy");
        await world.delete(stored);
        assert.ok(!world.requests().some((line) => line.includes("/actions")));
    });

    it("stops a destroy whose token cannot tell, where snapshots prevent it", async () => {
        const { world, stored } = await beingTaken({ default: "destroy", snapshots: "prevent" });
        world.simulator.faults.add({
            match: { method: "GET", path: /\/actions$/ },
            times: Infinity,
            do: { kind: "answer", status: 403, id: "forbidden", message: "no" },
        });
        assert.match(await world.failedDelete(stored), /actions.*403 no/);
        assert.deepEqual(world.changes(), []);
    });
});
