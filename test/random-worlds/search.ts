import * as fc from "fast-check";
import { worlds } from "./generate.js";
import { play } from "./play.js";
import { CALM, type World } from "./world.js";
import { defaultSettings } from "../../simulator/index.js";

/** A world in which something happens that must never happen. */
export interface Counterexample {
    /** Of the world as it was found. */
    readonly seed: number;
    readonly error: Error;
    /** The smallest world in which it happens as well. */
    readonly world: World;
}

/** Plays the world of a seed; where something happens in it that must not, the smallest such world. */
export async function tryWorld(seed: number, { shrink = true } = {}): Promise<Counterexample | null> {
    const property = fc.asyncProperty(worlds, async (world) => {
        await play(world);
    });
    // Most errors of a world are answers to requests, and nobody reads their stacks.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const { failed, counterexample, errorInstance } = await fc
        .check(property, { seed, numRuns: 1, endOnFailure: !shrink })
        .finally(() => (Error.stackTraceLimit = stackTraceLimit));
    if (!failed) {
        return null;
    }
    const [world] = counterexample ?? [];
    if (world === undefined) {
        throw new Error(`seed ${seed} fails without a world`, { cause: errorInstance });
    }
    const error = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance));
    return { seed, error, world };
}

/** Plays a world; the error where something happens in it that must not. */
export async function tryNamed(world: World): Promise<Error | null> {
    return play(world).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
}

/** A counterexample for people: what happened, how to see it again, and the world as `named/` takes it. */
export function describeCounterexample({ seed, error, world }: Counterexample): string {
    const settings = differences(world.settings, { ...defaultSettings, ...CALM.settings });
    const rest: Partial<World> = differences({ ...world, settings: CALM.settings }, CALM);
    return [
        `world ${seed}: ${error.message}`,
        `  again: TEARDOWN_FIRST_WORLD=${seed} TEARDOWN_WORLDS=1 npm run test:search`,
        `  smallest: ${JSON.stringify({ ...rest, settings })}`,
    ].join("\n");
}

function differences<T extends object>(value: T, from: object): Partial<T> {
    const usual = new Map<string, unknown>(Object.entries(from));
    return Object.fromEntries(
        Object.entries(value).filter(
            ([name, one]) => JSON.stringify(one) !== JSON.stringify(usual.get(name)),
        ),
    ) as Partial<T>;
}
