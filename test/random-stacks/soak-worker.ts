import { breakOnPurpose } from "../random-worlds/mutations.js";
import type { Job, Played } from "../random-worlds/soak-worker.js";
import { LIFE_MUTATIONS } from "./mutations.js";
import { NAMED_LIVES } from "./named.js";

async function main({ from, to, named = false, mutation, stopAtFirst }: Job): Promise<Played> {
    if (mutation !== null) {
        const known = LIFE_MUTATIONS.find(({ name }) => name === mutation);
        if (known === undefined) {
            throw new Error(`there is no mutation ${mutation}`);
        }
        breakOnPurpose(known);
    }
    // Only now: what is loaded before is not broken.
    const { describeBadLife, tryLife, tryNamedLife } = await import("./search.js");
    const found: string[] = [];
    if (named) {
        const lives = NAMED_LIVES.slice(from, to);
        for (const [index, { life }] of lives.entries()) {
            const error = await tryNamedLife(life);
            if (error !== null) {
                return { worlds: index + 1, found: [error.message] };
            }
        }
        return { worlds: lives.length, found };
    }
    let worlds = 0;
    for (let seed = from; seed < to && !(stopAtFirst && found.length > 0); seed += 1) {
        const bad = await tryLife(seed, { shrink: !stopAtFirst });
        worlds += 1;
        if (bad !== null) {
            found.push(stopAtFirst ? bad.error.message : describeBadLife(bad));
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
