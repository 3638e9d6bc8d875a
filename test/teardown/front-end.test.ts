import assert from "node:assert/strict";
import { getEventListeners } from "node:events";

import type { Fetch } from "../../provider/digitalocean/connection.js";
import { stackTokenAdvice } from "../../provider/access/runtime.js";
import { TeardownWorld, TOKEN } from "../support/teardown-world.js";

async function begin() {
    const world = new TeardownWorld();
    const { id } = world.dropletWithEverything();
    const stored = await world.create({ dropletId: id, policy: "destroy" });
    const caller = new AbortController();
    const deleteUntilAbort = (): Promise<string> =>
        world.run(
            world
                .process()
                .delete("teardown-1", stored, { signal: caller.signal })
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

    it("says that a destroy may be running whose answer it did not wait for", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        const caller = new AbortController();
        const fetch: Fetch = async (url, init) => {
            const answer = await world.simulator.fetch(url, init);
            if (init.method !== "DELETE") {
                return answer;
            }
            caller.abort();
            throw init.signal.reason;
        };
        const deletion = world.process({ fetch }).delete("teardown-1", stored, { signal: caller.signal });
        await assert.rejects(world.run(deletion), {
            message:
                /: interrupted; the destroy was answered with: no answer before the interruption\n(?:.*\n)*Run `pulumi destroy` again: it attaches/,
        });
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        await world.delete(stored);
        assert.equal(world.changes().length, 1);
        assert.deepEqual(world.left(), []);
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
        await assert.rejects(world.run(world.process().record.delete("record-1", record, { signal })), {
            message: /interrupted/,
        });
        assert.deepEqual(world.changes(), []);
    });
});

describe("a handler whose caller gives a timeout", () => {
    async function deleteWithin(timeoutMs: number, env: Record<string, string>): Promise<[number, string]> {
        const world = new TeardownWorld({ settings: { destroyDurationMs: 3_600_000 } });
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy", timeout: "10m" });
        const startedAtMs = world.clock.now();
        const deletion = world.process({ env }).delete("teardown-1", stored, { timeoutMs });
        const message = await world.run(
            deletion.then(
                () => "done",
                (error: unknown) => (error instanceof Error ? error.message : "no error"),
            ),
        );
        return [world.clock.now() - startedAtMs, message];
    }

    it("waits that long, whatever the resource says", async () => {
        const [tookMs, message] = await deleteWithin(90_000, {});
        assert.equal(tookMs, 90_000);
        assert.match(message, /not finished after 1m 30s; the destroy is still running at DigitalOcean/);
    });

    it("waits as long as DROPLET_TEARDOWN_TIMEOUT says where that is set", async () => {
        const [tookMs] = await deleteWithin(90_000, { DROPLET_TEARDOWN_TIMEOUT: "2m" });
        assert.equal(tookMs, 120_000);
    });

    it("ends a create as well, and stores the resource's own timeout", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const { inputs } = await world.process().check({}, { dropletId: id, policy: "keep", timeout: "10m" });
        const { outs } = await world.run(world.process().create(inputs, { timeoutMs: 90_000 }));
        assert.equal(outs.timeout, "10m");
        const signal = AbortSignal.abort();
        await assert.rejects(world.run(world.process().create(inputs, { signal })), {
            message: /interrupted/,
        });
    });
});

describe("a front end", () => {
    it("reads its own stack configuration, and names it", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const own = {
            configuration: "droplet-teardown",
            tokenAdvice: stackTokenAdvice("droplet-teardown:token"),
        };
        const inputs = { dropletId: id, policy: "keep" };
        const process = world.process({ ...own, config: { "droplet-teardown:token": TOKEN } });
        assert.deepEqual((await process.check({}, inputs)).failures, []);
        const other = world.process({ ...own, config: { "digitalocean:token": TOKEN } });
        assert.match((await other.check({}, inputs)).failures[0]?.reason ?? "", /droplet-teardown:token/);
        const config = {
            "droplet-teardown:token": TOKEN,
            "droplet-teardown:apiEndpoint": "http://example.com",
        };
        const { failures } = await world.process({ ...own, config }).check({}, inputs);
        assert.equal(failures[0]?.property, "droplet-teardown:apiEndpoint");
        const revoked = world.process({
            ...own,
            config: { "droplet-teardown:token": `${TOKEN.slice(0, -1)}z` },
        });
        await assert.rejects(world.run(revoked.create({ ...inputs, policy: {} })), {
            message: /rejected every available token: the stack configuration droplet-teardown:token/,
        });
    });

    it("says itself where people set a token", async () => {
        const world = new TeardownWorld();
        const tokenAdvice = { missing: "set `token` of the provider", rejected: "" };
        const process = world.process({ config: {}, tokenAdvice });
        const { failures } = await process.check({}, { dropletId: 7, policy: "keep" });
        assert.deepEqual(failures, [{ property: "token", reason: "set `token` of the provider" }]);
    });
});
