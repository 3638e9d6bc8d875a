import type { Settings, Simulator, VirtualClock } from "../../simulator/index.js";
import { CliWorld } from "../support/cli-world.js";
import { ProgramWorld } from "../support/program-world.js";
import { TOKEN } from "../support/teardown-world.js";
import { Edits, script } from "./answers.js";
import { argsOf, CLI_TOKEN, runCommand } from "./command.js";
import { grants } from "./grants.js";
import { Oracle } from "./oracle.js";
import type { Scene } from "./people.js";
import type { Ran } from "./ran.js";
import { recordState, runProgram } from "./stack.js";
import { furnish, REQUIRED_TAG, type Things } from "./things.js";
import { Witness } from "./witness.js";
import type { Run, World } from "./world.js";

/** One world, furnished, whose processes are started one after the other. */
export interface Stage {
    readonly world: World;
    readonly simulator: Simulator;
    readonly clock: VirtualClock;
    readonly things: Things;
    readonly oracle: Oracle;
    readonly witness: Witness;
    run(run: Run): Promise<Ran>;
    /** From here on, nobody disturbs anything. */
    calmDown(): void;
}

/** Furnishes a world. */
export async function setStage(given: World): Promise<Stage> {
    const { surface } = given;
    const hasStack = surface !== "command line";
    const world = hasStack ? { ...given, ours: 1 } : { ...given, managed: [], keepInEnvironment: [] };
    const settings: Partial<Settings> = world.settings;
    if (surface === "command line") {
        const cli = new CliWorld(settings, grants(world, CLI_TOKEN));
        const guardTag = world.requireTag ? REQUIRED_TAG : null;
        const tags = guardTag === null ? [] : [guardTag];
        const scene = sceneOf(world, cli.simulator, cli.clock, tags, { executorTag: null, guardTag });
        const args = argsOf(world, scene);
        return finish(world, scene, (witness) => (run) => runCommand(cli, args[run.does], witness, run));
    }
    const plugin = new ProgramWorld({ settings, grants: grants(world, TOKEN) });
    const byTag = surface === "program";
    const executorTag = byTag ? "teardown-00000000000000aa" : null;
    const guardTag = !byTag && world.requireTag ? REQUIRED_TAG : null;
    const tags = [executorTag, guardTag].filter((tag) => tag !== null);
    const scene = sceneOf(world, plugin.simulator, plugin.clock, tags, { executorTag, guardTag });
    const state = await recordState(plugin, world, scene);
    const keep = scene.things.entries(world.keepInEnvironment);
    return finish(world, scene, (witness) => (run) => runProgram(plugin, keep, state, witness, run));
}

function sceneOf(
    world: World,
    simulator: Simulator,
    clock: VirtualClock,
    tags: readonly string[],
    rest: Pick<Scene, "executorTag" | "guardTag">,
): Scene {
    return { things: furnish(world, simulator, tags), clock, ...rest };
}

function finish(world: World, scene: Scene, runs: (witness: Witness) => Stage["run"]): Stage {
    const { things, clock } = scene;
    const { simulator } = things;
    const oracle = new Oracle(world, scene);
    oracle.facts();
    const edits = new Edits(world.troubles);
    const witness = new Witness(oracle, edits, world.people);
    script(world.troubles, simulator);
    for (const { times, ...ref } of world.stubborn) {
        if (ref.kind === "droplet") {
            simulator.faults.failDroplet(things.droplet(ref.nth % world.ours), { times });
        } else {
            const thing = things.nth(ref);
            if (thing !== undefined) {
                simulator.faults.failItem(thing.id, { times });
            }
        }
    }
    const calmDown = (): void => {
        simulator.faults.clear();
        witness.calmDown();
    };
    return { world, simulator, clock, things, oracle, witness, run: runs(witness), calmDown };
}
