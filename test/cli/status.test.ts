import assert from "node:assert/strict";

import { CliWorld } from "../support/cli-world.js";
import { rewritten } from "../support/rewritten.js";

describe("droplet-teardown status", () => {
    function running(): { world: CliWorld; id: number; snapshot: string } {
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const { id, snapshot } = world.droplet("web-1");
        return { world, id, snapshot };
    }

    it("tells of a destroy that runs, and that it is not finished", async () => {
        const { world, id } = running();
        world.simulator.panel.destroy(id);
        const ran = await world.run(`status ${id} --report r.json`);
        assert.equal(ran.code, 4);
        assert.match(ran.stdout, /0\/3 destroyed · waiting for/);
        assert.equal(world.report("r.json").droplets[0]?.outcome, "in-progress");
    });

    it("waits until it is finished", async () => {
        const { world, id } = running();
        world.simulator.panel.destroy(id);
        const ran = await world.run(`status ${id} --wait --report r.json`);
        assert.equal(ran.code, 0, ran.stderr);
        const [droplet] = world.report("r.json").droplets;
        assert.equal(droplet?.outcome, "destroyed");
        assert.equal(droplet.cost.destroyed, "7.15");
    });

    it("tells what a destroy does not name as kept, while it runs and afterwards", async () => {
        const { world, id } = running();
        const stopped = await world.run(`destroy ${id} --yes --policy destroy --policy volumes=keep`, {
            interruptedAfterMs: 5_000,
        });
        assert.equal(stopped.code, 4);
        for (const [args, code] of [
            [`status ${id}`, 4],
            [`status ${id} --wait`, 0],
        ] as const) {
            const ran = await world.run(`${args} --report r.json`);
            assert.equal(ran.code, code);
            assert.match(ran.stdout, /kept +volume +web-1-data \(.*\) +not named by its destroy/);
            const volume = world
                .report("r.json")
                .droplets[0]?.resources.find(({ name }) => name === "web-1-data");
            assert.equal(volume?.outcome, "kept");
        }
    });

    it("waits for a status that does not show at once", async () => {
        const world = new CliWorld({ statusDelayMs: 3_000 });
        const { id } = world.droplet("web-1");
        world.simulator.panel.destroy(id);
        assert.equal((await world.run(`status ${id} --wait`)).code, 0);
    });

    it("that is stopped before a destroy may show ends with 4, and does not say that none is known", async () => {
        const world = new CliWorld({ statusDelayMs: 30_000, destroyDurationMs: 60_000 });
        const { id } = world.droplet("web-1");
        world.simulator.panel.destroy(id);
        const late = await world.run(`status ${id} --wait --timeout 10s --report r.json`);
        const stopped = await world.run(`status ${id} --wait`, { interruptedAfterMs: 5_000 });
        assert.deepEqual([late.code, stopped.code], [4, 4], late.stdout);
        assert.match(late.stdout, /not finished after 10s; no destroy of this droplet is visible yet/);
        assert.match(stopped.stdout, /interrupted; no destroy of this droplet is visible yet/);
        assert.doesNotMatch(late.stdout + stopped.stdout, /no destroy of this droplet is known/);
        const [droplet] = world.report("r.json").droplets;
        assert.deepEqual([droplet?.outcome, droplet?.cost.remaining], ["in-progress", "7.15"]);
        assert.equal((await world.run(`status ${id} --wait`)).code, 0);
    });

    it("that could not be read does not say that nothing was destroyed: all of it was", async () => {
        const { world, id } = running();
        world.simulator.panel.destroy(id);
        await world.run(`status ${id} --wait`);
        const match = { path: `/v2/droplets/${id}` };
        world.simulator.faults.add({ match, times: Infinity, do: { kind: "answer", status: 503 } });
        const ran = await world.run(`status ${id} --timeout 2s`);
        assert.equal(ran.code, 4, ran.stderr);
        assert.doesNotMatch(ran.stdout + ran.stderr, /nothing was destroyed/);
    });

    it("does not wait for ever for a destroy that nobody has begun", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        const startedAtMs = world.clock.now();
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 5);
        assert.match(ran.stdout, /no destroy of this droplet is known; it is there/);
        assert.ok(world.clock.now() - startedAtMs < 90_000);
    });

    it("waits no longer than it may, or than it is let", async () => {
        const { world, id } = running();
        world.simulator.panel.destroy(id);
        const late = await world.run(`status ${id} --wait --timeout 10s`);
        assert.equal(late.code, 4);
        assert.match(late.stdout, /not finished after 10s/);
        const stopped = await world.run(`status ${id} --wait`, { interruptedAfterMs: 5_000 });
        assert.equal(stopped.code, 4);
        assert.match(stopped.stdout, /interrupted/);
    });

    it("tells of what failed", async () => {
        const { world, id, snapshot } = running();
        world.simulator.faults.failItem(snapshot, { message: "resource is busy" });
        world.simulator.panel.destroy(id);
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 3);
        assert.match(ran.stdout, /failed +snapshot +web-1-nightly.*resource is busy/);
    });

    it("takes a droplet for gone after two answers, and not after a single 404", async () => {
        const world = new CliWorld();
        const { id } = world.droplet("web-1");
        world.simulator.panel.destroy(id);
        const completed = {
            droplet: { id: String(id), name: "web-1" },
            resources: {},
            completed_at: "2026-01-01T00:00:10Z",
            failures: 0,
        };
        const fetch = rewritten(world, "/status", () => JSON.stringify(completed));
        world.simulator.faults.add({
            match: { method: "GET", path: new RegExp(`/droplets/${id}$`) },
            do: { kind: "answer", status: 404, id: "not_found", message: "not found" },
        });
        const ran = await world.run(`status ${id}`, { fetch });
        assert.equal(ran.code, 3, ran.stdout);
        assert.match(ran.stdout, /the destroy is completed, but the droplet is still there/);
    });

    it("never takes a droplet without a destroy for gone", async () => {
        const { world, id } = running();
        const ran = await world.run(`status ${id} --wait`);
        assert.equal(ran.code, 5);
        assert.match(ran.stdout, /no destroy of this droplet is known; it is there/);
        assert.equal((await world.run("status 999")).code, 5);
    });

    it("advises no option that it does not have", async () => {
        const { world, id, snapshot } = running();
        const help = (await world.run("status --help")).stdout;
        const said = [(await world.run(`status ${id}`)).stdout, (await world.run("status 999")).stdout];
        world.simulator.faults.failItem(snapshot, { message: "resource is busy" });
        world.simulator.panel.destroy(id);
        said.push((await world.run(`status ${id}`)).stdout);
        said.push((await world.run(`status ${id} --wait --timeout 10s`)).stdout);
        said.push((await world.run(`status ${id} --wait`)).stdout);
        // A command that it quotes has options of its own.
        const prose = said.join("\n").replace(/^.*droplet-teardown(?:@\S+)? destroy .*$/gm, "");
        for (const [option] of prose.matchAll(/--[a-z-]+/g)) {
            assert.ok(help.includes(option), `${option} in: ${prose}`);
        }
    });

    it("takes an id only", async () => {
        const { world } = running();
        assert.equal((await world.run("status web-1")).code, 2);
        assert.equal((await world.run("status 0")).code, 2);
        assert.equal((await world.run("status")).code, 2);
    });
});
