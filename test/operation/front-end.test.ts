import assert from "node:assert/strict";
import { getEventListeners } from "node:events";

import { TeardownWorld } from "../support/teardown-world.js";

async function begin() {
    const world = new TeardownWorld();
    const { id } = world.dropletWithEverything();
    const stored = await world.create({ dropletId: id, policy: "destroy" });
    const caller = new AbortController();
    const deleteUntilAbort = (): Promise<string> =>
        world.run(
            world
                .process()
                .delete("teardown-1", stored, caller.signal)
                .then(
                    () => "done",
                    (error: unknown) => (error instanceof Error ? error.message : "no error"),
                ),
        );
    return { world, stored, caller, deleteUntilAbort };
}

describe("a delete whose caller gives an abort signal", () => {
    it("ends at once when it aborts during the wait, and tells what goes on", async () => {
        const { world, caller, deleteUntilAbort, stored } = await begin();
        const startedAtMs = world.clock.now();
        void world.clock.sleep(5_000).then(() => caller.abort());
        const message = await deleteUntilAbort();
        assert.equal(world.clock.now() - startedAtMs, 5_000);
        assert.match(
            message,
            /^droplet web-1 \(412000001\): interrupted; the destroy is still running at DigitalOcean\n/,
        );
        assert.match(
            message,
            /Run `pulumi destroy` again: it attaches to what is running, or begins\.\nCode: [a-z-]+$/,
        );
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        await world.delete(stored);
        assert.deepEqual(world.left(), []);
        assert.equal(world.changes().length, 1);
    });

    it("destroys nothing when it has aborted before", async () => {
        const { world, caller, deleteUntilAbort } = await begin();
        caller.abort();
        assert.match(await deleteUntilAbort(), /interrupted/);
        assert.deepEqual(world.changes(), []);
        assert.equal(world.left().length, 5);
    });

    it("leaves no listener at a signal that never aborts", async () => {
        const { world, caller, deleteUntilAbort } = await begin();
        assert.equal(await deleteUntilAbort(), "done");
        assert.deepEqual(world.left(), []);
        assert.deepEqual(getEventListeners(caller.signal, "abort"), []);
    });

    it("marks nothing for a record when it has aborted before", async () => {
        const world = new TeardownWorld();
        const { id } = world.simulator.panel.createDroplet("web-1", { tags: ["teardown-0123456789abcdef"] });
        const record = { dropletId: id, policy: "destroy", tag: "teardown-0123456789abcdef" };
        const signal = AbortSignal.abort();
        await assert.rejects(world.run(world.process().record.delete("record-1", record, signal)), {
            message: /interrupted/,
        });
        assert.deepEqual(world.changes(), []);
    });
});

describe("a front end", () => {
    it("says itself where people set a token", async () => {
        const world = new TeardownWorld();
        const tokenAdvice = { missing: "set `token` of the provider", rejected: "" };
        const process = world.process({ config: {}, tokenAdvice });
        const { failures } = await process.check({}, { dropletId: 7, policy: "keep" });
        assert.deepEqual(failures, [{ property: "token", reason: "set `token` of the provider" }]);
    });
});
