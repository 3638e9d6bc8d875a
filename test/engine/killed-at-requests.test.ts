import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { ALONE } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import { inWorld, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { nothingIsLeft, tagNames } from "../support/forgotten.js";
import { remaining } from "../support/remaining.js";

const QUICK = { destroyDurationMs: 1_000, minuteLimit: 100_000, hourlyLimit: 100_000 } as const;
/** Without CI every so many boundaries are tried. */
const STRIDE = (process.env.CI ?? "") === "" ? 4 : 1;
const LANES = 3;

interface Ending {
    readonly boundary: number;
    readonly kind: "everything gone" | "refused";
}

async function upWithSnapshot({ project, simulator }: EngineWorld): Promise<void> {
    await succeeds(project.up());
    simulator.panel.takeSnapshot(simulator.state().droplets[0]?.id ?? 0, "nightly");
    simulator.clearRequests();
}

/** How many requests of ours one destroy has. */
function countRequests(engine: Engine): Promise<number> {
    return inWorld({ engine, program: ALONE, settings: QUICK }, async (world) => {
        await upWithSnapshot(world);
        await succeeds(world.project.destroy());
        return world.ownRequests().length;
    });
}

/** A destroy whose engine and plugins are killed right after one request of ours, then another destroy. */
async function killAfter(boundary: number, world: EngineWorld): Promise<Ending> {
    const { project, simulator } = world;
    await upWithSnapshot(world);
    world.onRequest = async () => {
        if (world.ownRequests().length >= boundary) {
            await project.endAll();
        }
    };
    await project.destroy();
    world.onRequest = () => Promise.resolve();
    await project.cancel();
    const before = await remaining(simulator);
    const again = await project.destroy();
    if (again.code === 0) {
        await nothingIsLeft(world);
        return { boundary, kind: "everything gone" };
    }
    assert.deepEqual(await remaining(simulator), before, text(again));
    before.forEach((name) => assert.ok(text(again).includes(name.replace(/^\w+ /, "")), text(again)));
    clear(world);
    return { boundary, kind: "refused" };
}

function clear(world: EngineWorld): void {
    const { panel } = world.simulator;
    world.simulator.state().droplets.forEach(({ id }) => panel.deleteDroplet(id));
    world.simulator.state().snapshots.forEach(({ id }) => panel.deleteSnapshot(id));
    tagNames(world).forEach((tag) => panel.deleteTag(tag));
}

describe("a destroy whose engine and plugins are killed after a request", function () {
    this.timeout(600_000);
    let endings: Ending[] = [];

    before(async function () {
        const engine = await engineFor(this);
        if (process.platform !== "linux") {
            console.log("    left out: processes are found by their environment, which only Linux shows");
            this.skip();
        }
        const requests = await countRequests(engine);
        const boundaries = Array.from({ length: requests }, (_, index) => index + 1).filter(
            (boundary) => (boundary - 1) % STRIDE === 0,
        );
        const lane = (own: readonly number[]): Promise<Ending[]> =>
            inWorld({ engine, program: ALONE, settings: QUICK }, async (world) => {
                const reached: Ending[] = [];
                for (const boundary of own) {
                    reached.push(await killAfter(boundary, world));
                }
                return reached;
            });
        const lanes = Array.from({ length: LANES }, (_, first) =>
            lane(boundaries.filter((_boundary, index) => index % LANES === first)),
        );
        endings = (await Promise.all(lanes)).flat();
        console.log(`    ${endings.length} of ${requests} boundaries tried`);
    });

    it("is followed by one that leaves nothing, wherever that was", () => {
        assert.ok(endings.length > 0);
        assert.deepEqual(
            endings.filter(({ kind }) => kind !== "everything gone"),
            [],
        );
    });
});
