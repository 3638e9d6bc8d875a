import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { playJob, playRange } from "../search/play-range.js";
import { LIFE_MUTATIONS } from "./mutations.js";
import { PLAYERS } from "./players.js";
import { withRecordings } from "./recordings.js";

const FAULT_LIVES = 5_000;

/** `npm run soak:lives`: any number of lives; with `--self-test`, deliberate faults that lives must find. */
async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            from: { type: "string", default: "0" },
            lives: { type: "string", default: "200000" },
            processes: { type: "string", default: String(availableParallelism()) },
            "self-test": { type: "boolean", default: false },
        },
    });
    const [from, lives, processes] = [values.from, values.lives, values.processes].map(Number) as [
        number,
        number,
        number,
    ];
    return withRecordings(() => (values["self-test"] ? selfTest() : soak(from, from + lives, processes)));
}

async function soak(from: number, to: number, processes: number): Promise<number> {
    const startedAtMs = Date.now();
    let all = 0;
    await playRange(
        { from, to },
        ({ done, violations, resumeAt, found }) => {
            all = violations;
            found.forEach((text) => console.log(text));
            const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(0);
            const told = `${done} of ${to - from} lives, ${violations} violations, ${seconds} s`;
            console.log(`${told}; to go on later: --from ${resumeAt} --lives ${to - resumeAt}`);
        },
        { ...PLAYERS, processes },
    );
    console.log(`lives ${from} to ${to - 1}: ${all} violations`);
    return all === 0 ? 0 : 1;
}

/** Breaks the code on purpose, one way after the other, and sees that lives find it. */
async function selfTest(): Promise<number> {
    let missed = 0;
    for (const { name } of LIFE_MUTATIONS) {
        let [from, first] = [0, ""];
        while (first === "" && from < FAULT_LIVES) {
            const job = { from, to: FAULT_LIVES, mutation: name, stopAtFirst: true };
            const { found, worlds } = await playJob(job, PLAYERS.worker);
            from += worlds;
            // What the code as it is shows as well says nothing of the fault.
            const same = { from: from - 1, to: from, mutation: null, stopAtFirst: true };
            const isSound = found.length > 0 && (await playJob(same, PLAYERS.worker)).found.length === 0;
            first = isSound ? (found[0]?.split("\n")[0] ?? "") : "";
        }
        missed += first === "" ? 1 : 0;
        console.log(`${name}: ${first === "" ? "NOT FOUND" : `found at life ${from - 1}: ${first}`}`);
    }
    console.log(`${LIFE_MUTATIONS.length - missed} of ${LIFE_MUTATIONS.length} faults found`);
    return missed === 0 ? 0 : 1;
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
