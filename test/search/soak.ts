import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { MUTATIONS } from "./mutations.js";
import { playJob, playRange, type Range } from "./play-range.js";

async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            from: { type: "string", default: "0" },
            worlds: { type: "string", default: "1000000" },
            processes: { type: "string", default: String(availableParallelism()) },
            "self-test": { type: "boolean", default: false },
        },
    });
    const processes = Number(values.processes);
    if (values["self-test"]) {
        return selfTest(processes);
    }
    const from = Number(values.from);
    return soak({ from, to: from + Number(values.worlds) }, processes);
}

/** Plays a range of worlds and tells how far it is; from there, it can be gone on with. */
async function soak({ from, to }: Range, processes: number): Promise<number> {
    const startedAtMs = Date.now();
    let all = 0;
    await playRange(
        { from, to },
        ({ done, violations, resumeAt, found }) => {
            all = violations;
            found.forEach((text) => console.log(text));
            const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(0);
            const told = `${done} of ${to - from} worlds, ${violations} violations, ${seconds} s`;
            console.log(`${told}; to go on later: --from ${resumeAt} --worlds ${to - resumeAt}`);
        },
        processes,
    );
    console.log(`worlds ${from} to ${to - 1}: ${all} violations`);
    return all === 0 ? 0 : 1;
}

/** Breaks the code on purpose, one way after the other, and sees that the search finds it. */
async function selfTest(processes: number): Promise<number> {
    const waiting = [...MUTATIONS];
    let missed = 0;
    const worker = async (): Promise<void> => {
        for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
            const { name } = mutation;
            const { found, worlds } = await playJob({
                from: 0,
                to: 20_000,
                mutation: name,
                stopAtFirst: true,
            });
            const seed = worlds - 1;
            const isFound = found.length > 0 && (await isSound(seed));
            missed += isFound ? 0 : 1;
            const [first = ""] = found[0]?.split("\n") ?? [];
            console.log(`${name}: ${isFound ? `found at world ${seed}: ${first}` : "NOT FOUND"}`);
        }
    };
    await Promise.all(Array.from({ length: processes }, worker));
    console.log(`${MUTATIONS.length - missed} of ${MUTATIONS.length} mutations found`);
    return missed === 0 ? 0 : 1;
}

/** Whether a world shows nothing in the code as it is: else finding something in it says nothing of a mutation. */
async function isSound(seed: number): Promise<boolean> {
    const { found } = await playJob({ from: seed, to: seed + 1, mutation: null, stopAtFirst: true });
    return found.length === 0;
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
