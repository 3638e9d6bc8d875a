import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { MUTATIONS } from "./mutations.js";
import { NAMED_WORLDS } from "./named/index.js";
import { soak } from "./play-range.js";
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
    return soak("worlds", { from, to: from + Number(values.worlds) }, { processes }, values.write);
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
