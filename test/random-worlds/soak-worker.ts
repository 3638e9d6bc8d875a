import { breakOnPurpose, MUTATIONS } from "./mutations.js";
import { NAMED_WORLDS } from "./named/index.js";

/** What a process has played. */
export interface Played {
    /** How many worlds, the last one included. */
    readonly worlds: number;
    /** What was found, for people. */
    readonly found: readonly string[];
}

/** What a process is to play. */
export interface Job {
    /** Worlds by their numbers or, of those that have names, by their places: the first, and the one after the last. */
    readonly from: number;
    readonly to: number;
    readonly named?: boolean;
    /** A deliberate fault, by its name; null: the code as it is. */
    readonly mutation: string | null;
    readonly stopAtFirst: boolean;
}

async function main({ from, to, named = false, mutation, stopAtFirst }: Job): Promise<Played> {
    if (mutation !== null) {
        const known = MUTATIONS.find(({ name }) => name === mutation);
        if (known === undefined) {
            throw new Error(`there is no mutation ${mutation}`);
        }
        breakOnPurpose(known);
    }
    // Only now: what is loaded before is not broken.
    const { describeCounterexample, tryNamed, tryWorld } = await import("./search.js");
    const found: string[] = [];
    if (named) {
        const worlds = NAMED_WORLDS.slice(from, to);
        for (const [index, { world }] of worlds.entries()) {
            const error = await tryNamed(world);
            if (error !== null) {
                return { worlds: index + 1, found: [error.message] };
            }
        }
        return { worlds: worlds.length, found };
    }
    let worlds = 0;
    for (let seed = from; seed < to && !(stopAtFirst && found.length > 0); seed += 1) {
        const counterexample = await tryWorld(seed, { shrink: !stopAtFirst });
        worlds += 1;
        if (counterexample !== null) {
            found.push(stopAtFirst ? counterexample.error.message : describeCounterexample(counterexample));
        }
    }
    return { worlds, found };
}

main(JSON.parse(process.argv[2] ?? "null") as Job).then(
    (played) => process.send?.(played),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
