import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { MUTATIONS } from "./mutations.js";
import { NAMED_WORLDS } from "./named/index.js";
import { playRange, type Range } from "./play-range.js";
import { selfTest } from "./self-test.js";

const SELF_TEST = {
    what: "world",
    mutations: MUTATIONS,
    worker: require.resolve("./soak-worker.js"),
    names: NAMED_WORLDS.map(({ name }) => name),
    random: 300,
} as const;

async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            from: { type: "string", default: "0" },
            worlds: { type: "string", default: "1000000" },
            processes: { type: "string", default: String(availableParallelism()) },
            "self-test": { type: "boolean", default: false },
            write: { type: "boolean", default: false },
        },
    });
    const processes = Number(values.processes);
    if (values["self-test"]) {
        return selfTest(SELF_TEST, processes, values.write);
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
        { processes },
    );
    console.log(`worlds ${from} to ${to - 1}: ${all} violations`);
    return all === 0 ? 0 : 1;
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
