import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { soak } from "../random-worlds/play-range.js";
import { selfTest } from "../random-worlds/self-test.js";
import { LIFE_MUTATIONS } from "./mutations.js";
import { NAMED_LIVES } from "./named.js";
import { PLAYERS } from "./players.js";
import { withRecordings } from "./recordings.js";

const SELF_TEST = {
    what: "life",
    mutations: LIFE_MUTATIONS,
    worker: PLAYERS.worker,
    names: NAMED_LIVES.map(({ name }) => name),
    random: 100,
} as const;

/** `npm run soak:lives`: any number of lives; with `--self-test`, deliberate faults that lives must find. */
async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            from: { type: "string", default: "0" },
            lives: { type: "string", default: "200000" },
            processes: { type: "string", default: String(availableParallelism()) },
            "self-test": { type: "boolean", default: false },
            write: { type: "boolean", default: false },
        },
    });
    const [from, lives, processes] = [values.from, values.lives, values.processes].map(Number) as [
        number,
        number,
        number,
    ];
    return withRecordings(() =>
        values["self-test"]
            ? selfTest(SELF_TEST, processes, values.write)
            : soak("lives", { from, to: from + lives }, { ...PLAYERS, processes }, values.write),
    );
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
