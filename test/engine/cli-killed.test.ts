import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";

import { runProcess, start, type Ended } from "../support/cli-process.js";
import { serve, type LoopbackServer } from "../support/loopback.js";
import { TELLS_ALL } from "../support/tells-all.js";
import { servedFolder } from "../support/served-folder.js";

/** Whether a process dies at a request, and before or after the request takes effect. */
type Fate = (index: number, method: string | undefined) => "lives" | "dies before" | "dies after";

/** A way to the API on which a process may die. */
interface DeadlyRoad extends LoopbackServer {
    victim: ChildProcess | null;
    readonly asked: string[];
}

async function deadlyRoad(api: string, fateAt: Fate): Promise<DeadlyRoad> {
    const road: { victim: ChildProcess | null; asked: string[] } = { victim: null, asked: [] };
    const server = await serve((request, response) => {
        road.asked.push(`${request.method} ${request.url}`);
        const fate = fateAt(road.asked.length, request.method);
        if (fate === "dies before") {
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
                    if (fate === "dies after") {
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

/** A destroy has fewer requests. */
const MORE_THAN_ALL = 18;
/** Of the requests to die at, one in so many is tried here. */
const STRIDE = TELLS_ALL ? 1 : 2;

describe("droplet-teardown destroy, killed at any request", function () {
    this.timeout(60_000);
    const settings = { destroyDurationMs: 1_500, minuteLimit: 100_000, hourlyLimit: 100_000 };
    const { simulator, url } = servedFolder(settings);

    /** A Droplet with a snapshot that goes and a volume that stays. */
    function prepare(name: string): { readonly id: number; readonly args: string } {
        const { panel } = simulator;
        const { id } = panel.createDroplet(name);
        panel.takeSnapshot(id, "nightly");
        panel.attachVolume(panel.createVolume(`${name}-data`).id, id);
        return { id, args: `destroy ${id} --yes --policy destroy --policy volumes=keep --keep ${name}-data` };
    }

    interface Story {
        readonly id: number;
        readonly asked: readonly string[];
        readonly killed: boolean;
        readonly last: Ended;
    }

    /** Runs a destroy under a fate; the same command again where that killed it. */
    async function tell(name: string, fate: Fate): Promise<Story> {
        const { id, args } = prepare(name);
        const road = await deadlyRoad(url(), fate);
        const { child, ended } = start(args.split(" "), road.url);
        road.victim = child;
        const first = await ended;
        await road.close();
        const killed = first.code === null;
        return { id, asked: road.asked, killed, last: killed ? await runProcess(args, url()) : first };
    }

    it("comes to the same end when the same command is run again, with one destroy in all", async () => {
        const before = Array.from({ length: MORE_THAN_ALL / STRIDE }, (_, index) => {
            const diesAt = index * STRIDE + 1;
            return tell(`d${diesAt}`, (at) => (at === diesAt ? "dies before" : "lives"));
        });
        const after = tell("after", (_, method) => (method === "DELETE" ? "dies after" : "lives"));
        const stories = await Promise.all([...before, after]);

        const [undisturbed] = stories.filter(({ killed }) => !killed);
        assert.ok(undisturbed !== undefined, "there are more requests to die at");
        assert.ok(stories.filter(({ killed }) => killed).length > undisturbed.asked.length / STRIDE);
        for (const { id, asked, last } of stories) {
            const at = `after ${asked.length} requests, ${asked.at(-1)}\n${last.stderr}`;
            assert.equal(last.code, 0, at);
            const destroys = simulator
                .requests()
                .filter(({ method, path }) => method !== "GET" && path.includes(`/${id}/`))
                .map(({ method, status }) => `${method} ${status}`);
            assert.deepEqual(destroys, ["DELETE 202"], at);
        }
        const { droplets, snapshots, volumes } = simulator.state();
        assert.deepEqual([droplets, snapshots], [[], []]);
        assert.equal(volumes.length, stories.length);
        assert.ok(volumes.every(({ dropletId }) => dropletId === null));
    });
});
