import type { Engine } from "../../tools/engine/engine.js";
import { succeeds, type EngineWorld } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { CELLS, type Cell } from "../support/matrix.js";
import type { FrontEnd } from "../support/scenarios.js";
import { addUnmanaged, createUnmanagedVolumes, matrixProgram } from "./matrix-stack.js";
import { tagNames } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";

/** So many Droplets go away before a minute's requests are spent. */
const CELLS_PER_STACK = 10;
/** The engine waits for one Droplet while it destroys another. */
const AT_ONCE = { parallel: 64 };

/** Room for what the official provider asks; it does not take turns with us, nor with itself. */
const settings = {
    minuteLimit: 100_000,
    hourlyLimit: 100_000,
    pendingEvents: false,
    destroyDurationMs: 1_500,
};

/** What a destroy has left of all cells: everything that the simulators still hold. */
export async function destroyEveryCell(engine: Engine, frontEnd: FrontEnd): Promise<string[]> {
    const stacks = Array.from({ length: Math.ceil(CELLS.length / CELLS_PER_STACK) }, (_, index) =>
        CELLS.slice(index * CELLS_PER_STACK, (index + 1) * CELLS_PER_STACK),
    );
    return (await Promise.all(stacks.map((cells) => destroyCells(engine, cells, frontEnd)))).flat();
}

function destroyCells(engine: Engine, cells: readonly Cell[], frontEnd: FrontEnd): Promise<string[]> {
    return inWorld({ engine, ...frontEnd, program: "", settings }, async (world) => {
        const { panel } = world.simulator;
        await world.project.setProgram(matrixProgram(cells, createUnmanagedVolumes(cells, panel)));
        await succeeds(world.project.up(AT_ONCE));
        cells.forEach((cell) => addUnmanaged(cell, findDroplet(cell, world), findVolume(cell, world), panel));
        await succeeds(world.project.destroy(AT_ONCE));
        return [...(await remaining(world.simulator)), ...tagNames(world)];
    });
}

function findDroplet({ number }: Cell, { simulator }: EngineWorld): number {
    return simulator.state().droplets.find(({ name }) => name === `web-${number}`)?.id ?? 0;
}

function findVolume({ number }: Cell, { simulator }: EngineWorld): string {
    return simulator.state().volumes.find(({ name }) => name === `data-${number}`)?.id ?? "";
}
