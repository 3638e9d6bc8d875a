import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "../support/engine-available.js";
import { EngineWorld, succeeds } from "../support/engine-world.js";
import { addUnmanaged, createUnmanagedVolumes, matrixProgram } from "../support/matrix-stack.js";
import { CELLS, mustRemain, type Cell } from "../support/matrix.js";
import { remaining } from "../support/remaining.js";

const STACKS = Number(process.env["STACKS"] ?? 4);
const ROOM = { minuteLimit: 100_000, hourlyLimit: 100_000, pendingEvents: false, destroyDurationMs: 1_000 };

describe("the matrix", function () {
    this.timeout(600_000);
    it("x", async function () {
        const engine = await engineFor(this);
        const cells = CELLS.slice(0, Number(process.env["N"] ?? 20));
        const world = await EngineWorld.open({ engine, program: "", settings: ROOM });
        const { panel } = world.simulator;
        const unmanaged = createUnmanagedVolumes(cells, panel);
        await world.project.setProgram(matrixProgram(cells, unmanaged));
        const up = await succeeds(world.project.up({ parallel: 64 }));
        console.log("up", up.durationMs, world.simulator.requests().length);
        const before = world.ownRequests().length;
        for (const cell of cells) {
            const d = world.simulator.state().droplets.find((x) => x.name === `web-${cell.number}`)!;
            const v = world.simulator.state().volumes.find((x) => x.name === `data-${cell.number}`)!;
            addUnmanaged(cell, d.id, v.id, panel);
        }
        const down = await world.project.destroy({ parallel: 64 });
        console.log("down", down.durationMs, before, world.ownRequests().length, world.simulator.requests().length);
        if (down.code !== 0) console.log(down.stdout);
        assert.deepEqual(await remaining(world.simulator), cells.flatMap(mustRemain).sort());
        await world.close();
    });
});
