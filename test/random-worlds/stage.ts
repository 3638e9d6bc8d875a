import type { Simulator, VirtualClock } from "../../simulator/index.js";
import { Edits, script } from "./answers.js";
import { commandSurface } from "./command.js";
import { Oracle } from "./oracle.js";
import type { Ran } from "./process.js";
import { stackSurface } from "./stack.js";
import type { Things } from "./things.js";
import { Witness } from "./witness.js";
import type { Run, World } from "./world.js";

/** One world, furnished, whose processes are started one after the other. */
export interface Stage {
    readonly world: World;
    readonly simulator: Simulator;
    readonly clock: VirtualClock;
    /** By the clock that never jumps. */
    readonly begunAtMs: number;
    readonly things: Things;
    readonly oracle: Oracle;
    readonly witness: Witness;
    /** @param typed a command that an earlier one has printed, in place of what the run does */
    run(run: Run, typed?: string | null): Promise<Ran>;
    /** From here on, nobody disturbs anything. */
    calmDown(): void;
}

/** Furnishes a world, and lets happen in it what is to happen. */
export async function setStage(given: World): Promise<Stage> {
    const isCommand = given.surface === "command line";
    const world = isCommand
        ? { ...given, managed: [], keepInEnvironment: [], gracefulShutdown: false }
        : given;
    const surface = isCommand ? commandSurface(world) : await stackSurface(world);
    const { scene } = surface;
    const { things, clock } = scene;
    const { simulator } = things;
    const oracle = new Oracle(world, scene);
    oracle.facts();
    const edits = new Edits(world.troubles, world.ours);
    const witness = new Witness(oracle, edits, world.people);
    script(world.troubles, simulator);
    makeStubborn(world, things);
    const calmDown = (): void => {
        simulator.faults.clear();
        witness.calmDown();
    };
    const run: Stage["run"] = (one, typed = null) => {
        oracle.isResumed = typed !== null;
        return surface.run(one, witness, typed);
    };
    const begunAtMs = clock.monotonicMs();
    return { world, simulator, clock, begunAtMs, things, oracle, witness, run, calmDown };
}

/** What refuses to be destroyed, so often. */
function makeStubborn({ stubborn, ours }: World, things: Things): void {
    const { faults } = things.simulator;
    for (const { times, ...ref } of stubborn) {
        if (ref.kind === "droplet") {
            faults.failDroplet(things.droplet(ref.nth % ours), { times });
        } else {
            const thing = things.nth(ref);
            if (thing !== undefined) {
                faults.failItem(thing.id, { times });
            }
        }
    }
}
