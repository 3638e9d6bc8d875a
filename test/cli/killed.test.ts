import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";

import {
    createSimulator,
    machineClock,
    startServer,
    type RunningServer,
    type Simulator,
} from "../../simulator/index.js";
import { runProcess, start, type Ended } from "../support/cli-process.js";
import { serve, type LoopbackServer } from "../support/loopback.js";

type Moment = "before it arrives" | "after it took effect";

/** A way to the API on which the process dies at its k-th request. */
interface DeadlyRoad extends LoopbackServer {
    victim: ChildProcess | null;
    readonly asked: string[];
}

async function deadlyRoad(api: string, k: number, moment: Moment): Promise<DeadlyRoad> {
    const road: { victim: ChildProcess | null; asked: string[] } = { victim: null, asked: [] };
    const server = await serve((request, response) => {
        road.asked.push(`${request.method} ${request.url}`);
        const isDeadly = road.asked.length === k;
        if (isDeadly && moment === "before it arrives") {
            road.victim?.kill("SIGKILL");
            return;
        }
        const parts: Buffer[] = [];
        request.on("data", (part: Buffer) => parts.push(part));
        request.on("end", () => {
            const body = parts.length === 0 ? {} : { body: Buffer.concat(parts) };
            const headers = { authorization: request.headers.authorization ?? "" };
            void fetch(`${api}${request.url}`, { method: request.method ?? "GET", headers, ...body }).then(
                async (answer) => {
                    const text = await answer.text();
                    if (isDeadly) {
                        road.victim?.kill("SIGKILL");
                        return;
                    }
                    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
                },
            );
        });
    });
    return Object.assign(road, server);
}

describe("droplet-teardown destroy, killed at any request", function () {
    this.timeout(60_000);
    let simulator: Simulator;
    let server: RunningServer;
    beforeEach(async () => {
        simulator = createSimulator({
            clock: machineClock,
            settings: { destroyDurationMs: 1_500, minuteLimit: 100_000, hourlyLimit: 100_000 },
        });
        server = await startServer(simulator, { port: 0 });
    });
    afterEach(() => server.close());

    /** A Droplet with a snapshot that goes and a volume that stays. */
    function prepare(name: string): { readonly id: number; readonly args: string } {
        const { panel } = simulator;
        const { id } = panel.createDroplet(name);
        panel.takeSnapshot(id, "nightly");
        panel.attachVolume(panel.createVolume(`${name}-data`).id, id);
        return { id, args: `destroy ${id} --yes --policy destroy --policy volumes=keep --keep ${name}-data` };
    }

    async function diesAt(k: number, moment: Moment): Promise<{ id: number; again: Ended }> {
        const { id, args } = prepare(`d${k}${moment.startsWith("a") ? "-after" : ""}`);
        const road = await deadlyRoad(server.url, k, moment);
        const { child, ended } = start(args.split(" "), road.url);
        road.victim = child;
        assert.equal((await ended).code, null, `it was to die at request ${k}`);
        await road.close();
        return { id, again: await runProcess(args, server.url) };
    }

    it("comes to the same end when the same command is run again, with one destroy in all", async () => {
        const undisturbed = prepare("undisturbed");
        const road = await deadlyRoad(server.url, 0, "before it arrives");
        const first = await runProcess(undisturbed.args, road.url);
        await road.close();
        assert.equal(first.code, 0, first.stderr);
        const destroyAt = road.asked.findIndex((request) => request.startsWith("DELETE")) + 1;
        assert.ok(destroyAt > 0);

        const boundaries = road.asked.map((_, index): readonly [number, Moment] => [
            index + 1,
            "before it arrives",
        ]);
        boundaries.push([destroyAt, "after it took effect"]);
        const ends = await Promise.all(boundaries.map(([k, moment]) => diesAt(k, moment)));

        ends.forEach(({ id, again }, index) => {
            const at = `killed at request ${boundaries[index]?.join(", ")}: ${road.asked[index]}\n${again.stderr}`;
            assert.equal(again.code, 0, at);
            const destroys = simulator
                .requests()
                .filter(({ method, path }) => method !== "GET" && path.includes(`/${id}/`))
                .map(({ method, status }) => `${method} ${status}`);
            assert.deepEqual(destroys, ["DELETE 202"], at);
        });
        const { droplets, snapshots, volumes } = simulator.state();
        assert.deepEqual([droplets, snapshots], [[], []]);
        assert.equal(volumes.length, ends.length + 1);
        assert.ok(volumes.every(({ dropletId }) => dropletId === null));
    });
});
