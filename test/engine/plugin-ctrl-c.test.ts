import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { Engine } from "../../tools/engine/engine.js";
import { yamlEngineFor } from "../support/engine-available.js";
import type { RunResult } from "../support/engine.js";
import { fails, succeeds, text, type EngineWorld } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import { YAML_ALONE } from "../support/yaml-program.js";

/** A destroy longer than this is not interrupted at a further request. */
const MOST = 60;
/** Of all requests, one in so many is followed by Ctrl-C; 1 for all of them, which takes two minutes. */
const STRIDE = Number(process.env.TEARDOWN_CTRL_C_STRIDE ?? "5");
const MAX_MS = 1_000;

interface Interrupted {
    readonly request: string;
    readonly result: RunResult;
    /** From Ctrl-C to the end of the engine. */
    readonly tookMs: number;
}

/** The engine tells its plugins of a signal at once. */
const TOLD_MS = 150;

/** Presses Ctrl-C when the destroy's nth request of this package has taken effect; null: it had fewer. */
async function interruptAt(nth: number, world: EngineWorld): Promise<Interrupted | null> {
    const pressed: { readonly atMs: number; readonly request: string }[] = [];
    const run = world.project.start("destroy");
    world.onRequest = async ({ method, url }) => {
        if (pressed.length === 0 && world.ownRequests().length === nth) {
            pressed.push({ atMs: performance.now(), request: `${method} ${url.pathname}` });
            run.process.kill("SIGINT");
            await sleep(TOLD_MS);
        }
        return undefined;
    };
    const result = await run.result;
    const endedMs = performance.now();
    return pressed.map(({ atMs, request }) => ({ request, result, tookMs: endedMs - atMs }))[0] ?? null;
}

describe("Ctrl-C after a request of a destroy by the plugin", function () {
    this.timeout(600_000);
    let engine: Engine;

    before(async function () {
        engine = await yamlEngineFor(this);
    });

    leftToCi(
        "ends it at once, and the next destroy finishes, with one destroy in all",
        "test/engine/plugin presses it once",
        async () => {
            let tried = 0;
            for (let nth = 1; nth <= MOST; nth += STRIDE) {
                const options = { engine, program: YAML_ALONE, yaml: true, isUp: true };
                const isOver = await inWorld(options, async (world) => {
                    world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
                    world.simulator.clearRequests();
                    const interrupted = await interruptAt(nth, world);
                    if (interrupted === null) {
                        return true;
                    }
                    const { request, result, tookMs } = interrupted;
                    const about = `${nth}: ${request}\n${text(result)}`;
                    assert.ok(result.code !== 0 && result.code !== null, about);
                    assert.ok(tookMs < MAX_MS, `${tookMs} ms after ${about}`);
                    tried += 1;
                    await succeeds(world.project.destroy());
                    const destroys = world.destroyRequests().filter((sent) => sent.endsWith("202"));
                    assert.deepEqual(destroys, ["DELETE selective 202"], about);
                    assert.deepEqual(world.left(), [], about);
                    assert.deepEqual(await world.project.resources(), [], about);
                    return false;
                });
                if (isOver) {
                    break;
                }
            }
            console.log(`      ${tried} tried`);
            assert.ok(tried > 0);
        },
    );

    it("ends an `up` while the Droplet boots, and the next destroy takes the Droplet", () =>
        inWorld({ engine, program: YAML_ALONE, yaml: true, settings: { bootMs: 20_000 } }, async (world) => {
            const run = world.project.start("up");
            world.onRequest = ({ method, url }) => {
                if (method === "POST" && url.pathname === "/v2/droplets") {
                    run.process.kill("SIGINT");
                }
                return Promise.resolve(undefined);
            };
            await fails(run.result);
            world.onRequest = () => Promise.resolve(undefined);
            assert.equal(world.simulator.state().droplets.length, 1);
            await succeeds(world.project.destroy());
            assert.deepEqual(world.left(), []);
        }));
});
