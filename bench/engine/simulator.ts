import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type * as SimulatorPackage from "../../simulator/index.js";
import { writeFiles } from "../../tools/package/bundled-file.js";
import { programFiles } from "../../tools/package/program.js";
import { figure, quantile, type Figure } from "../figures.js";

/** The first ones warm up and are not counted. */
const ROUNDS = 12;
const WARM_UP = 3;
const REQUESTS = 600;
const IN_FLIGHT = 8;
/** Slower than before by more than noise. */
const TOLERANCE = 1.1;
const headers = { authorization: `Bearer dop_v1_${"0".repeat(64)}` };

/** One state of the sources, bundled as it is packed. */
interface Build {
    readonly name: string;
    readonly folder: string;
}

interface Running {
    /** Milliseconds for the requests. */
    readonly inProcess: () => Promise<number>;
    readonly overSocket: () => Promise<number>;
    readonly close: () => void;
}

/**
 * How fast the simulator is: from its start to its first line, and a request. With `SIMULATOR_BEFORE`, a commit, the
 * simulator of then takes turns with that of now, which must not be slower.
 */
export async function simulatorSpeed(before = process.env.SIMULATOR_BEFORE): Promise<Figure[]> {
    const folder = await mkdtemp(join(tmpdir(), "bench-simulator-"));
    try {
        const builds = [
            await build("now", ".", folder),
            ...(before === undefined ? [] : [await build("before", checkedOut(before, folder), folder)]),
        ];
        const starts = await alternate(
            builds.map(
                ({ folder: its }) =>
                    () =>
                        startMs(its),
            ),
        );
        const running = await Promise.all(builds.map(run));
        const inProcess = await alternate(running.map((one) => one.inProcess));
        const overSocket = await alternate(running.map((one) => one.overSocket));
        running.forEach((one) => one.close());
        const each = (ms: readonly number[]): number[] => ms.map((value) => (1_000 * value) / REQUESTS);
        return [
            ...toFigures("start to ready, median", starts, "ms", builds),
            ...toFigures("a request in process, median", each(inProcess), "µs", builds),
            ...toFigures(
                `a request over a socket, ${IN_FLIGHT} at a time, median`,
                each(overSocket),
                "µs",
                builds,
            ),
        ];
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function toFigures(
    what: string,
    values: readonly number[],
    unit: string,
    builds: readonly Build[],
): Figure[] {
    const [now = NaN, before] = values;
    return builds.map(({ name }) =>
        name === "now"
            ? figure(`simulator: ${what}`, now, unit, before === undefined ? undefined : TOLERANCE * before)
            : figure(`simulator before: ${what}`, before ?? NaN, unit),
    );
}

/** The folder that has the sources of a commit. */
function checkedOut(commit: string, folder: string): string {
    const tree = execFileSync("git", ["archive", commit, "simulator"], { maxBuffer: 64_000_000 });
    execFileSync("tar", ["-x", "-C", folder], { input: tree });
    return folder;
}

async function build(name: string, sources: string, folder: string): Promise<Build> {
    const entry = (file: string): string => join(sources, "simulator", file).replace(/^(?!\/)/, "./");
    const { files } = await programFiles({ index: entry("index.ts"), main: entry("main.ts") });
    writeFiles(join(folder, name), files);
    return { name, folder: join(folder, name) };
}

/** The median of each, taking turns: what else the machine does falls on all of them. */
async function alternate(measures: readonly (() => Promise<number>)[]): Promise<number[]> {
    const values = measures.map((): number[] => []);
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
        for (const [index, measure] of measures.entries()) {
            const ms = await measure();
            if (round >= WARM_UP) {
                values[index]?.push(ms);
            }
        }
    }
    return values.map((its) =>
        quantile(
            its.sort((one, other) => one - other),
            0.5,
        ),
    );
}

async function startMs(folder: string): Promise<number> {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [join(folder, "main.js"), "--port", "0"]);
    await once(createInterface({ input: child.stdout }), "line");
    const took = performance.now() - startedMs;
    child.kill();
    await once(child, "close");
    return took;
}

/** A simulator with some Droplets, asked what clients ask most. */
async function run({ folder }: Build): Promise<Running> {
    const load = createRequire(join(folder, "index.js"));
    const { createSimulator, machineClock, startServer } = load("./index.js") as typeof SimulatorPackage;
    const settings = { minuteLimit: Infinity, hourlyLimit: Infinity };
    const simulator = createSimulator({ clock: machineClock, settings });
    const paths = furnish(simulator.panel);
    const server = await startServer(simulator, { port: 0 });
    const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
    const path = (index: number): string => paths[index % paths.length] ?? "";
    return {
        inProcess: () =>
            timed(async () => {
                for (let index = 0; index < REQUESTS; index += 1) {
                    await (await simulator.fetch(`http://x/v2/${path(index)}`, { headers })).text();
                }
            }),
        overSocket: () =>
            timed(async () => {
                let next = 0;
                const worker = async (): Promise<void> => {
                    while (next < REQUESTS) {
                        await ask(`${server.url}/v2/${path(next++)}`, agent);
                    }
                };
                await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
            }),
        close: () => {
            agent.destroy();
            void server.close();
        },
    };
}

function furnish(panel: SimulatorPackage.Panel): string[] {
    const [first] = Array.from({ length: 20 }, (_, index) =>
        panel.createDroplet(`web-${index}`, { tags: ["t"] }),
    );
    const id = first?.id ?? 0;
    const volume = panel.createVolume("data").id;
    panel.attachVolume(volume, id);
    panel.assignReservedIp(panel.createReservedIp().id, id);
    panel.takeSnapshot(id, "nightly");
    const destroy = `droplets/${id}/destroy_with_associated_resources`;
    return [
        ...["account", `droplets/${id}`, "droplets?tag_name=t", destroy, `${destroy}/status`],
        ...[`volumes/${volume}`, "tags/t", "snapshots?resource_type=droplet"],
    ];
}

async function timed(work: () => Promise<void>): Promise<number> {
    const startedMs = performance.now();
    await work();
    return performance.now() - startedMs;
}

function ask(url: string, agent: Agent): Promise<void> {
    return new Promise((resolve, reject) => {
        get(url, { agent, headers }, (response) => {
            response.resume().once("end", resolve);
        }).once("error", reject);
    });
}
