import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { REQUEST_TIMEOUT_MS } from "../../provider/digitalocean/exchange.js";
import type { Drop } from "../../simulator/index.js";
import type { Engine } from "../../tools/engine/engine.js";
import { ALONE, withPlugin } from "../support/droplet-program.js";
import { succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { inWorld, type StoryOptions } from "../support/in-world.js";
import { nothingIsLeft } from "../support/forgotten.js";
import { QUICK_TIMES } from "../support/quick-time.js";
import { remaining } from "../support/remaining.js";

/** What breaks right after a request of ours has taken effect, before it is answered. */
export const CRASHES = [
    "engine and plugins killed",
    "engine killed",
    "plugins killed",
    "connection cut",
    "answer never comes",
] as const;
export type Crash = (typeof CRASHES)[number];

/** One destroy that is disturbed once. */
export interface Cell {
    /** After so many of our requests, from 1. */
    readonly boundary: number;
    readonly crash: Crash;
}

export interface Ending extends Cell {
    readonly end: (typeof ENDS)[number];
}

const SETTINGS = { destroyDurationMs: 1_000, minuteLimit: 100_000, hourlyLimit: 100_000 } as const;
const LANES = 3;

/** By what the Droplet is made: the npm package, or the plugin's component. */
export type FrontEnd = "package" | "plugin";

/** Each request boundary of a destroy with each crash. */
export async function allCells(engine: Engine, frontEnd: FrontEnd = "package"): Promise<Cell[]> {
    const boundaries = await countRequests(engine, frontEnd);
    return Array.from({ length: boundaries }, (_, index) =>
        CRASHES.map((crash) => ({ boundary: index + 1, crash })),
    ).flat();
}

/** Runs a disturbed destroy for each cell, and a second one where the first one fails. */
export async function crashAt(
    engine: Engine,
    cells: readonly Cell[],
    frontEnd: FrontEnd = "package",
): Promise<Ending[]> {
    const lane = async (own: readonly Cell[]): Promise<Ending[]> => {
        const endings: Ending[] = [];
        for (const cell of own) {
            const end = await inWorld(upWith(engine, frontEnd), (world) => crash(world, cell));
            endings.push({ ...cell, end });
        }
        return endings;
    };
    const lanes = Array.from({ length: LANES }, (_, first) =>
        lane(cells.filter((_cell, index) => index % LANES === first)),
    );
    return (await Promise.all(lanes)).flat();
}

export const ENDS = ["gone at once", "gone at the next destroy", "refused"] as const;

/** How many destroys came to which end, a line for each crash. */
export function countEnds(endings: readonly Ending[]): string[] {
    return endTable(endings).map(([crash = "", all = "", ...counts]) => {
        const ends = ENDS.map((end, index) => `${counts[index] ?? ""} ${end}`);
        return `${crash}: ${all} destroys, ${ends.join(", ")}`;
    });
}

/** The same as rows: the crash, how many destroys, and how many came to each end. */
export function endTable(endings: readonly Ending[]): string[][] {
    return CRASHES.map((crash) => {
        const own = endings.filter((ending) => ending.crash === crash);
        const counts = ENDS.map((end) => String(own.filter((its) => its.end === end).length));
        return [crash, String(own.length), ...counts];
    });
}

/** A Droplet that takes everything with it. */
function upWith(engine: Engine, frontEnd: FrontEnd): StoryOptions {
    const rewrite = frontEnd === "plugin" ? { rewrite: withPlugin } : {};
    return { engine, program: ALONE, settings: SETTINGS, isUp: true, ...rewrite };
}

function takeSnapshot({ simulator }: EngineWorld): void {
    simulator.panel.takeSnapshot(simulator.state().droplets[0]?.id ?? 0, "nightly");
    simulator.clearRequests();
}

function countRequests(engine: Engine, frontEnd: FrontEnd): Promise<number> {
    return inWorld(upWith(engine, frontEnd), async (world) => {
        takeSnapshot(world);
        await succeeds(world.project.destroy());
        return world.ownRequests().length;
    });
}

async function crash(world: EngineWorld, cell: Cell): Promise<Ending["end"]> {
    takeSnapshot(world);
    const first = await disturbedDestroy(world, cell);
    if (first.code === 0) {
        await nothingIsLeft(world);
        return "gone at once";
    }
    if (first.code === null) {
        await world.project.cancel();
    }
    const before = await remaining(world.simulator);
    const again = await world.project.destroy();
    if (again.code === 0) {
        await nothingIsLeft(world);
        return "gone at the next destroy";
    }
    assert.deepEqual(await remaining(world.simulator), before, text(again));
    before.forEach((name) => assert.ok(text(again).includes(name.replace(/^\w+ /, "")), text(again)));
    return "refused";
}

async function disturbedDestroy(world: EngineWorld, { boundary, crash: kind }: Cell) {
    const { project } = world;
    const run = project.start("destroy");
    let struck = false;
    world.onRequest = async () => {
        if (!struck && world.ownRequests().length >= boundary) {
            struck = true;
            return strike(kind, world, run.process);
        }
        return undefined;
    };
    const result = await run.result;
    world.onRequest = () => Promise.resolve(undefined);
    return result;
}

async function strike(
    kind: Crash,
    { project }: EngineWorld,
    engine: { kill(signal: NodeJS.Signals): boolean },
): Promise<Drop | undefined> {
    switch (kind) {
        case "engine and plugins killed":
            await project.endAll();
            return undefined;
        case "engine killed":
            engine.kill("SIGKILL");
            return undefined;
        case "plugins killed":
            await project.endPlugins();
            return undefined;
        case "answer never comes":
            await pause((REQUEST_TIMEOUT_MS + 1_000) / QUICK_TIMES);
            return { kind: "drop" };
        case "connection cut":
            return { kind: "drop" };
    }
}
