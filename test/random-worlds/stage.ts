import type { Simulator, VirtualClock } from "../../simulator/index.js";
import { Edits, script } from "./answers.js";
import { commandSurface } from "./command.js";
import { type Advice, Oracle } from "./oracle.js";
import type { Ran } from "./process.js";
import { stackSurface } from "./stack.js";
import type { Things } from "./things.js";
import { Witness } from "./witness.js";
import { CALM_HOUR, isByAge, type Run, type World } from "./world.js";

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
    /** @param typed what an earlier one has printed, in place of what the run does */
    run(run: Run, typed?: Advice | null): Promise<Ran>;
    /** What a run has printed to go on with. */
    advised(ran: Ran): readonly Advice[];
    /** From here on, nobody disturbs anything. */
    calmDown(): void;
}

/** Furnishes a world, and lets happen in it what is to happen. */
export async function setStage(given: World): Promise<Stage> {
    const isCommand = given.surface === "command line";
    const world: World = isCommand
        ? {
              ...given,
              ...{ managed: [], keepInEnvironment: [], gracefulShutdown: false },
              // The policies of a file are found by the usual names.
              names: given.file === null ? given.names : "usual",
          }
        : { ...given, names: "usual", old: false, file: null };
    const surface = isCommand ? commandSurface(world) : await stackSurface(world);
    const { scene } = surface;
    const { things, clock } = scene;
    const { simulator } = things;
    const oracle = new Oracle(world, scene);
    oracle.facts();
    const begunAtMs = clock.monotonicMs();
    if (isByAge(world)) {
        await clock.run(clock.sleep(AGE_MS));
    }
    const edits = new Edits(world.troubles, world.ours);
    const witness = new Witness(oracle, edits, world.people);
    script(world.troubles, simulator);
    makeStubborn(world, things);
    const calmDown = (): void => {
        simulator.faults.clear();
        witness.calmDown();
        simulator.settings.hourlyLimit = CALM_HOUR;
    };
    let followed: Advice | null = null;
    const run: Stage["run"] = (one, typed = null) => {
        followed = typed;
        oracle.isResumed = isCommand && typed !== null;
        oracle.follow(typed, witness.told);
        oracle.consent = null;
        return surface.run(one, witness, typed);
    };
    // What resumes a command goes on with what that was to finish.
    const advised: Stage["advised"] = (ran) =>
        surface.advised(ran).map((one) => ({ ...one, finishes: one.finishes ?? followed?.finishes ?? null }));
    return { world, simulator, clock, begunAtMs, things, oracle, witness, run, advised, calmDown };
}

/** What is furnished is older than the age by which the command line selects, and what comes later is not. */
const AGE_MS = 40 * 86_400_000;

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
