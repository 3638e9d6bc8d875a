import assert from "node:assert/strict";

import { AbandonedError } from "../../provider/teardown/errors.js";
import type { Fault, Settings } from "../../simulator/index.js";
import { TeardownWorld } from "../support/teardown-world.js";
import {
    FINAL_NAME,
    interrupted,
    snapshotNames,
    startAction,
    TAKEN_ONCE,
    withFinalSnapshot,
} from "../support/final-snapshot-story.js";

const ASKED = { method: "POST", path: "/v2/droplets/*/actions" } as const;

describe("a final snapshot that cannot be taken refuses the destroy", () => {
    const answers = (status: number, message: string): Fault => ({
        match: ASKED,
        times: Infinity,
        do: { kind: "answer", status, message },
    });
    const CASES: Readonly<Record<string, { settings?: Partial<Settings>; fault?: Fault; says: RegExp }>> = {
        "its action ends with an error": {
            settings: { snapshotResult: "error" },
            says: /nothing was destroyed, because the final snapshot could not be taken: .*ended with an error/,
        },
        "its action ends well, and it is nowhere": {
            settings: { snapshotResult: "nothing" },
            says: /reports it as taken, but it is not among the droplet's snapshots/,
        },
        "DigitalOcean refuses it": {
            fault: answers(422, "You have reached your snapshot limit."),
            says: /could not be taken: POST \S+: 422 You have reached your snapshot limit/,
        },
        "the request is wrong": {
            fault: answers(400, "Bad name."),
            says: /could not be taken: POST \S+: 400 Bad name/,
        },
        "the token may not": {
            fault: answers(403, "You are missing a scope."),
            says: /Give the token the scope droplet:update/,
        },
        "no request for it is answered": {
            fault: { match: ASKED, times: Infinity, do: { kind: "dropBefore" } },
            says: /could not be taken: 3 requests for it were not answered/,
        },
        "the deadline passes": {
            settings: { snapshotMs: 3_600_000 },
            says: /not finished after 15m; nothing was destroyed; the final snapshot is still being taken \(action \d+\)/,
        },
        "the Droplet stays busy": {
            fault: answers(422, "Droplet already has a pending event."),
            says: /not finished after 15m; nothing was destroyed; the droplet is busy/,
        },
    };
    for (const [what, { settings = {}, fault, says }] of Object.entries(CASES)) {
        it(`where ${what}`, async () => {
            const { world, stored } = await withFinalSnapshot({}, settings);
            if (fault !== undefined) {
                world.simulator.faults.add(fault);
            }
            assert.match(await world.failedDelete(stored), says);
            const destroys = world.changes().filter((line) => line.startsWith("DELETE"));
            assert.deepEqual(destroys, []);
            assert.ok(
                world.announced().filter((line) => line.includes("takes the final snapshot")).length <= 1,
            );
            assert.equal(world.left().length, 5);
        });
    }

    it("and one that is taken by hand counts", async () => {
        const { world, droplet, stored } = await withFinalSnapshot({}, { snapshotResult: "error" });
        const [, name = ""] = /--snapshot-name (\S+)`/.exec(await world.failedDelete(stored)) ?? [];
        world.simulator.panel.takeSnapshot(droplet.id, name);
        world.simulator.clearRequests();
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(snapshotNames(world), [name]);
    });

    it("and the next run takes it, once nothing stands in the way", async () => {
        const { world, stored } = await withFinalSnapshot({}, { snapshotResult: "error" });
        await world.failedDelete(stored);
        world.simulator.settings.snapshotResult = "snapshot";
        world.simulator.clearRequests();
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
    });

    it("and the next run attaches to one that the deadline has left behind", async () => {
        const { world, stored } = await withFinalSnapshot({}, { snapshotMs: 1_200_000 });
        await world.failedDelete(stored);
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });
});

describe("a final snapshot beside other things that happen", () => {
    it("waits for an event of the Droplet to end", async () => {
        const { world, droplet, stored } = await withFinalSnapshot({}, { actionMs: 30_000 });
        await startAction(world, droplet.id, { type: "reboot" });
        await world.delete(stored);
        assert.ok(world.changes().includes("POST actions 422"));
        assert.deepEqual(world.changes().slice(-2), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });

    it("follows a snapshot that somebody else is taking, and takes its own then", async () => {
        const { world, droplet, stored } = await withFinalSnapshot();
        await startAction(world, droplet.id, { type: "snapshot", name: "theirs" });
        world.simulator.clearRequests();
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
        assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
    });

    const LOST: Readonly<Record<string, Fault["do"]>> = {
        "breaks off after it took effect": { kind: "dropAfter" },
        "breaks off before it took effect": { kind: "dropBefore" },
        "is a 500 although it took effect": { kind: "answer", status: 500, afterEffect: true },
        "is a 502": { kind: "answer", status: 502 },
        "cannot be read": { kind: "text", text: "<html>" },
    };
    for (const [what, action] of Object.entries(LOST)) {
        it(`is taken once where the answer to its request ${what}`, async () => {
            const { world, stored } = await withFinalSnapshot({}, { snapshotListDelayMs: 2_000 });
            world.simulator.faults.add({ match: ASKED, do: action });
            await world.delete(stored);
            assert.deepEqual(snapshotNames(world), [FINAL_NAME]);
            assert.ok(world.changes().length <= 3);
        });
    }

    it("outlasts answers that say nothing while it is taken", async () => {
        const { world, stored } = await withFinalSnapshot();
        world.simulator.faults.add({
            match: { path: "/v2/droplets/*/actions/*" },
            times: 12,
            do: { kind: "dropBefore" },
        });
        await world.delete(stored);
        assert.deepEqual(world.changes(), TAKEN_ONCE);
    });

    it("sees that a tag has gone meanwhile, and destroys nothing", async () => {
        const world = new TeardownWorld({ settings: { snapshotMs: 90_000 } });
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: ["mine"] });
        const stored = await world.create({
            dropletId: id,
            policy: "destroy",
            finalSnapshot: true,
            requireTag: "mine",
        });
        const end = await interrupted({ world, stored }, 60_000);
        world.simulator.panel.deleteTag("mine");
        assert.match(
            (await end()) ?? "",
            /does not carry the tag mine[^]*kept +snapshot +web-1-\S+ \(\d+\) +final snapshot +\$0\.15/,
        );
        assert.deepEqual(world.changes(), ["POST actions 201"]);
    });

    it("sends nothing more once the engine is gone", async () => {
        const { world, stored } = await withFinalSnapshot();
        let atMs = Infinity;
        const ensureAlive = (): Promise<void> => {
            if (world.requests().some((line) => line.startsWith("POST"))) {
                atMs = world.requests().length;
                return Promise.reject(new AbandonedError("the Pulumi engine is gone"));
            }
            return Promise.resolve();
        };
        assert.match(
            await world.failedDelete(stored, { ensureAlive }),
            /the Pulumi engine is gone; nothing was destroyed/,
        );
        assert.equal(world.requests().length, atMs);
    });

    it("accounts for what a destroy by somebody else leaves, and keeps what may be the last copy", async () => {
        const { world, droplet, stored } = await withFinalSnapshot();
        const end = await interrupted({ world, stored }, 30_000);
        world.simulator.panel.deleteDroplet(droplet.id);
        assert.equal(await end(), null);
        assert.ok(world.announced().includes("droplet 412000001 went before its final snapshot was taken"));
        assert.match(
            world.announced().at(-1) ?? "",
            /kept +snapshot +nightly \(161000001\) +the droplet went before its final snapshot was taken/,
        );
        assert.deepEqual(world.changes(), ["POST actions 201"]);
    });
});
