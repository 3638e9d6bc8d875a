import type { Counterexample } from "./search.js";
import { CALM } from "./world.js";

/** A counterexample for people: what happened, how to see it again, and the world as `found.test.ts` takes it. */
export function describeCounterexample({ seed, error, world }: Counterexample): string {
    const differences = Object.entries(world).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(CALM[name as keyof typeof CALM]),
    );
    return [
        `world ${seed}: ${error.message}`,
        `  again: TEARDOWN_FIRST_WORLD=${seed} TEARDOWN_WORLDS=1 npm run test:search`,
        `  smallest: ${JSON.stringify(Object.fromEntries(differences))}`,
    ].join("\n");
}
