import assert from "node:assert/strict";

import { ProgramWorld } from "../support/program-world.js";
import { TeardownWorld, type Stored } from "../support/teardown-world.js";

const SHUTDOWN = { method: "POST", path: /\/actions$/ } as const;
/** Accepted, and the guest ignores it. */
const IGNORED = {
    kind: "answer",
    status: 201,
    body: { action: { id: 1, status: "in-progress", type: "shutdown" } },
} as const;

async function begin(args: object = {}): Promise<{ world: TeardownWorld; stored: Stored; id: number }> {
    const world = new TeardownWorld();
    const { id } = world.dropletWithEverything();
    const stored = await world.create({ dropletId: id, policy: "destroy", gracefulShutdown: true, ...args });
    return { world, stored, id };
}

describe("the shutdown before a destroy", () => {
    it("is requested again while the Droplet is busy", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({
            match: SHUTDOWN,
            times: 2,
            do: { kind: "answer", status: 422, message: "Droplet already has a pending event." },
        });
        await world.delete(stored);
        assert.deepEqual(world.changes(), [
            "POST actions 422",
            "POST actions 422",
            "POST actions 201",
            "DELETE selective 202",
        ]);
        assert.ok(
            world
                .progress()
                .includes("waiting for the droplet to shut down · it is busy with something else"),
        );
        assert.ok(!world.announced().join("\n").includes("as it is"));
    });

    it("is given up, with a line, where the Droplet is busy for long", async () => {
        const { world, stored } = await begin();
        world.simulator.faults.add({ match: SHUTDOWN, times: Infinity, do: { kind: "answer", status: 422 } });
        await world.delete(stored);
        assert.match(
            world.announced().join("\n"),
            /could not be shut down within 2m and is destroyed as it is/,
        );
        assert.deepEqual(world.left(), []);
    });

    it("leaves half of the time for the destroy", async () => {
        const { world, stored } = await begin({ timeout: "1m" });
        world.simulator.faults.add({ match: SHUTDOWN, times: Infinity, do: IGNORED });
        await world.delete(stored);
        assert.match(world.announced().join("\n"), /did not shut down within 30s and is destroyed as it is/);
        assert.deepEqual(world.left(), []);
    });

    it("is in the error where time runs out", async () => {
        const { world, stored } = await begin({ timeout: "1m" });
        world.simulator.faults.add({ match: SHUTDOWN, times: Infinity, do: IGNORED });
        world.simulator.faults.add({
            match: { method: "GET", path: /\/droplets\/\d+$/ },
            after: 3,
            times: Infinity,
            do: { kind: "slow", ms: 60_000 },
        });
        assert.match(
            await world.failedDelete(stored),
            /not finished after 1m; nothing was destroyed, but the droplet was told to shut down/,
        );
    });

    it("is in a refusal that comes after it", async () => {
        const world = new ProgramWorld({ settings: { actionMs: 30_000 } });
        const program = await world.up({ gracefulShutdown: true });
        const untag = world.clock
            .sleep(10_000)
            .then(() => world.simulator.panel.untagDroplet(program.dropletId, program.tag));
        const message = await world.failedDestroy(program);
        await untag;
        assert.match(message, /nothing was destroyed.*; the droplet is off\n/);
        const [droplet] = world.simulator.state().droplets;
        assert.equal(droplet?.status, "off");
    });
});
