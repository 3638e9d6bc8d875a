import type { Engine } from "../../tools/engine/engine.js";
import { inWorld, succeeds, type EngineWorld } from "./engine-world.js";
import { CELLS, type Cell } from "./matrix.js";
import { addUnmanaged, createUnmanagedVolumes, matrixProgram } from "./matrix-stack.js";
import { tagNames } from "./forgotten.js";
import { remaining } from "./remaining.js";

/** The engine waits for one Droplet while it destroys another. */
const AT_ONCE = { parallel: 64 };

/** Room for what the official provider asks; it does not take turns with us, nor with itself. */
const settings = {
    minuteLimit: 100_000,
    hourlyLimit: 100_000,
    pendingEvents: false,
    destroyDurationMs: 1_500,
};

/** What a destroy has left of all cells: everything that the simulator still holds. */
export function destroyEveryCell(engine: Engine): Promise<string[]> {
    return inWorld({ engine, program: "", settings }, async (world) => {
        const { project, simulator } = world;
        const { panel } = simulator;
        await project.setProgram(matrixProgram(CELLS, createUnmanagedVolumes(CELLS, panel)));
        await succeeds(project.up(AT_ONCE));
        await succeeds(project.up({ ...AT_ONCE, flags: ["--expect-no-changes"] }));
        CELLS.forEach((cell) => addUnmanaged(cell, dropletOf(cell, world), volumeOf(cell, world), panel));
        await succeeds(project.destroy(AT_ONCE));
        return [...(await remaining(simulator)), ...tagNames(world)];
    });
}

function dropletOf({ number }: Cell, { simulator }: EngineWorld): number {
    return simulator.state().droplets.find(({ name }) => name === `web-${number}`)?.id ?? 0;
}

function volumeOf({ number }: Cell, { simulator }: EngineWorld): string {
    return simulator.state().volumes.find(({ name }) => name === `data-${number}`)?.id ?? "";
}
