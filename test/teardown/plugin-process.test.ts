import assert from "node:assert/strict";

import { personalToken, TeardownWorld, TOKEN } from "../support/teardown-world.js";

const THIRD = personalToken("c0ffee");

describe("several deletes in one plugin process", () => {
    it("of one Droplet start one destroy, and both see its end", async () => {
        const world = new TeardownWorld({ settings: { roundTripMs: 150 } });
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        const process = world.process();
        await world.run(
            Promise.all([process.delete("teardown-1", stored), process.delete("teardown-2", stored)]),
        );
        assert.deepEqual(
            world.changes().filter((change) => change.endsWith(" 202")),
            ["DELETE selective 202"],
        );
        assert.deepEqual(world.left(), []);
        assert.equal(world.clock.pending, 0);
    });

    it("do not share a deadline where they share an answer", async () => {
        const world = new TeardownWorld();
        const stored = [];
        for (const timeout of ["10s", "15m"]) {
            const { id } = world.simulator.panel.createDroplet("web");
            stored.push(await world.create({ dropletId: id, policy: "keep", timeout }));
            world.simulator.panel.deleteDroplet(id);
        }
        await world.pass(5_000);
        world.simulator.faults.add({
            match: { method: "GET", path: "/v2/account" },
            do: { kind: "slow", ms: 20_000 },
        });
        const process = world.process();
        const ends = stored.map((one) =>
            process.delete("teardown", one).then(
                () => "gone",
                (error: unknown) => (error instanceof Error ? error.message : "no error"),
            ),
        );
        const [hasty = "", patient = ""] = await world.run(Promise.all(ends));
        assert.match(hasty, /not finished after 10s/);
        assert.equal(patient, "gone");
    });

    it("with different tokens each go with their own", async () => {
        const world = new TeardownWorld({ grants: { [TOKEN]: {}, [THIRD]: { team: "other" } } });
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        const process = world.process();
        const wrong = process.delete("teardown-2", { ...stored, token: THIRD }).then(
            () => "gone",
            () => "failed",
        );
        const right = process.delete("teardown-1", stored);
        assert.equal(await world.run(wrong), "failed");
        await world.run(right);
        assert.deepEqual(world.left(), []);
    });
});

describe("a token that is revoked after a while", () => {
    it("does not give the next one the whole time again", async () => {
        const world = new TeardownWorld({ settings: { destroyDurationMs: 3_600_000 } });
        world.simulator.setToken(THIRD, {});
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy", timeout: "15m" });
        const startedAtMs = world.clock.now();
        void world.clock.sleep(600_000).then(() => world.simulator.setToken(TOKEN, { revoked: true }));
        const message = await world.failedDelete(stored, { env: { DIGITALOCEAN_TOKEN: THIRD } });
        assert.match(message, /not finished after 15m/);
        const tookMs = world.clock.now() - startedAtMs;
        assert.ok(tookMs < 16 * 60_000, `it took ${tookMs} ms`);
    });
});
