import { defaultSettings } from "../../simulator/index.js";
import type { Counterexample } from "./search.js";
import { CALM, type World } from "./world.js";

/** A counterexample for people: what happened, how to see it again, and the world as `found.test.ts` takes it. */
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
