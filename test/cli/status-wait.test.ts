import assert from "node:assert/strict";
import { CliWorld } from "../support/cli-world.js";

const NONE = { kind: "answer", status: 503, id: "unavailable", message: "try later" } as const;

/** A destroy by somebody else that takes two minutes, and an API that fails so many times after 20 s. */
function failing(times: number): { world: CliWorld; id: number } {
    const world = new CliWorld({ destroyDurationMs: 120_000 });
    const { id } = world.droplet("web-1");
    world.simulator.panel.destroy(id);
    void world.clock
        .sleep(20_000)
        .then(() => world.simulator.faults.add({ match: { method: "GET" }, times, do: NONE }));
    return { world, id };
}

describe("status --wait", () => {
    it("goes on while DigitalOcean does not answer", async () => {
        const { world, id } = failing(14);
        const ran = await world.run(`status ${id} --wait --timeout 30m`);
        assert.equal(ran.code, 0, ran.stderr);
        assert.match(ran.stdout, /destroyed/);
    });

    it("reports what it has seen when DigitalOcean does not answer before the timeout", async () => {
        const { world, id } = failing(Number.POSITIVE_INFINITY);
        const ran = await world.run(`status ${id} --wait --timeout 5m --report r.json`);
        assert.equal(ran.code, 4, ran.stderr);
        assert.match(ran.stdout, /not finished after 5m; \d\/3 destroyed/);
        assert.match(ran.stdout, /503/);
        assert.equal(world.report("r.json").droplets[0]?.name, "web-1");
    });

    it("ends at once when the token is rejected", async () => {
        const { world, id } = failing(0);
        void world.clock.sleep(30_000).then(() =>
            world.simulator.faults.add({
                match: { method: "GET" },
                times: Number.POSITIVE_INFINITY,
                do: { kind: "answer", status: 401, id: "unauthorized", message: "no" },
            }),
        );
        assert.equal((await world.run(`status ${id} --wait --timeout 30m`)).code, 6);
    });

    it("ends when DigitalOcean does not answer at first: no destroy is known to be running", async () => {
        const { world, id } = failing(0);
        const match = { method: "GET", path: /status$/ };
        world.simulator.faults.add({ match, times: Number.POSITIVE_INFINITY, do: NONE });
        assert.equal((await world.run(`status ${id} --wait --timeout 30m`)).code, 1);
    });
});
