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

/** When the process dies: before its k-th request arrives, or after its destroy took effect. */
type Moment = number | "after the destroy";

/** More than the command needs, so that it dies at each request that it makes. */
const MOST_REQUESTS = 14;

interface Deadly {
    readonly at: string;
    readonly id: number;
    readonly died: boolean;
    readonly again: Ended;
}

/** A way to the API on which the process dies. */
interface DeadlyRoad extends LoopbackServer {
    victim: ChildProcess | null;
    readonly asked: string[];
}

async function deadlyRoad(api: string, moment: Moment | null): Promise<DeadlyRoad> {
    const road: { victim: ChildProcess | null; asked: string[] } = { victim: null, asked: [] };
    const server = await serve((request, response) => {
        road.asked.push(`${request.method} ${request.url}`);
        if (road.asked.length === moment) {
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
                    if (moment === "after the destroy" && request.method === "DELETE") {
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

    /** Runs the command twice; the first run dies at the moment, if it comes to that. */
    async function diesAt(moment: Moment): Promise<Deadly> {
        const { id, args } = prepare(`dies-${String(moment).replaceAll(" ", "-")}`);
        const road = await deadlyRoad(server.url, moment);
        const { child, ended } = start(args.split(" "), road.url);
        road.victim = child;
        const died = (await ended).code === null;
        await road.close();
        return { at: `killed at ${moment}`, id, died, again: await runProcess(args, server.url) };
    }

    it("comes to the same end when the same command is run again, with one destroy in all", async () => {
        const undisturbed = prepare("undisturbed");
        const road = await deadlyRoad(server.url, null);
        const everyRequest = Array.from({ length: MOST_REQUESTS }, (_, index) => index + 1);
        const [first, ...ends] = await Promise.all([
            runProcess(undisturbed.args, road.url),
            ...[...everyRequest, "after the destroy" as const].map((moment) => diesAt(moment)),
        ]);
        await road.close();
        assert.equal(first.code, 0, first.stderr);
        assert.ok(road.asked.some((request) => request.startsWith("DELETE")));
        assert.ok(road.asked.length <= MOST_REQUESTS);
        assert.ok(ends.filter(({ died }) => died).length >= road.asked.length + 1);

        for (const { at, id, again } of ends) {
            assert.equal(again.code, 0, `${at}\n${again.stderr}`);
            const destroys = simulator
                .requests()
                .filter(({ method, path }) => method !== "GET" && path.includes(`/${id}/`))
                .map(({ method, status }) => `${method} ${status}`);
            assert.deepEqual(destroys, ["DELETE 202"], `${at}\n${again.stderr}`);
        }
        const { droplets, snapshots, volumes } = simulator.state();
        assert.deepEqual([droplets, snapshots], [[], []]);
        assert.equal(volumes.length, ends.length + 1);
        assert.ok(volumes.every(({ dropletId }) => dropletId === null));
    });
});
