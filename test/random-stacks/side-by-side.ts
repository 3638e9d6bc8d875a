import { gte } from "semver";

import type { Engine } from "../../tools/engine/engine.js";
import { inWorld } from "../support/in-world.js";
import { orderProblems, runDifferences, stateDifferences } from "./compare.js";
import { EngineStack, GRANTS } from "./engine-stack.js";
import type { FixedLife } from "./fixed.js";
import { describeStep, type Step } from "./life.js";
import { ModelStack } from "./model-stack.js";
import { Player } from "./player.js";
import { EMPTY, WEB } from "./program.js";
import { toSource } from "./source.js";

const PROJECT = "engine-test";
const SETTINGS = {
    ...{ bootMs: 200, actionMs: 200, deleteDelayMs: 200, destroyDurationMs: 1_000 },
    ...{ pendingEvents: false, minuteLimit: 100_000, hourlyLimit: 100_000 },
};
/** The official provider gives a delete up after a minute; here sooner. */
const ENV = { DIGITALOCEAN_STAND_IN_DELETE_TIMEOUT_MS: "1000" };

/**
 * Plays a life on the model and on the real engine.
 * @returns how they differ, if they do, with the step after which
 */
export function playSideBySide(engine: Engine, { begin, steps }: FixedLife): Promise<string[]> {
    const program = begin === null ? EMPTY : { ...EMPTY, droplets: [{ ...WEB, ...begin }] };
    const source = toSource(program);
    // What the engine asks of the stand-in is traced in its process.
    const traced = { env: ENV, standInApart: true };
    const options = { engine, program: source, settings: SETTINGS, grants: GRANTS, ...traced };
    const version = gte(engine.version, "3.260.0") ? "today" : "3.259";
    return inWorld({ ...options, isUp: begin !== null }, async (world) => {
        const model = new Player(new ModelStack(PROJECT, SETTINGS, version));
        const real = new Player(new EngineStack(world));
        if (begin !== null) {
            const first: Step = { edit: "add", declared: begin };
            await Promise.all([model.take(first), real.take(first)]);
            await model.take({ run: "up" });
            real.skip();
        }
        for (const step of steps) {
            const different = await compareStep(step, model, real);
            if (different.length > 0) {
                return [`after ${describeStep(step)}`, ...different];
            }
        }
        return [];
    });
}

async function compareStep(step: Step, model: Player, real: Player): Promise<string[]> {
    const before = await real.stack.resources();
    const [ours, theirs] = [await model.take(step), await real.take(step)];
    const [modelState, realState] = [await model.stack.resources(), await real.stack.resources()];
    const different = stateDifferences(modelState, realState);
    if (ours === null || theirs === null || !("run" in step)) {
        return different;
    }
    const known = [...before, ...realState];
    const early = [ours, theirs].flatMap(({ calls }) => orderProblems(calls, known));
    const found = [...runDifferences(step.run, ours, theirs), ...early, ...different];
    return found.length === 0 ? [] : [...found, "the model:", ours.text, "the engine:", theirs.text];
}
