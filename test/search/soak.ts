import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { MUTATIONS } from "./mutations.js";
import type { Played } from "./soak-worker.js";

/** Worlds that a process takes at a time. */
const BATCH = 500;

interface Range {
    readonly from: number;
    readonly to: number;
}

/** What one process is about to play. */
interface Job extends Range {
    /** A deliberate fault, by its name; null: the code as it is. */
    readonly mutation: string | null;
    readonly stopAtFirst: boolean;
}

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

/** Plays a range of worlds in several processes; the first unplayed world is printed, to go on from. */
async function soak({ from, to }: Range, processes: number): Promise<number> {
    const startedAtMs = Date.now();
    let [next, done, violations] = [from, 0, 0];
    const finished = new Set<number>();
    let resumeAt = from;
    const worker = async (): Promise<void> => {
        while (next < to) {
            const range = { from: next, to: Math.min(next + BATCH, to) };
            next = range.to;
            const played = await play({ ...range, mutation: null, stopAtFirst: false });
            done += range.to - range.from;
            violations += played.found.length;
            played.found.forEach((text) => console.log(text));
            finished.add(range.from);
            while (finished.has(resumeAt)) {
                resumeAt = Math.min(resumeAt + BATCH, to);
            }
            const seconds = (Date.now() - startedAtMs) / 1_000;
            console.log(
                `${done} of ${to - from} worlds, ${violations} violations, ${seconds.toFixed(0)} s; ` +
                    `all up to ${resumeAt}: go on with --from ${resumeAt}`,
            );
        }
    };
    await Promise.all(Array.from({ length: processes }, worker));
    console.log(`worlds ${from} to ${to - 1}: ${violations} violations`);
    return violations === 0 ? 0 : 1;
}

/** Breaks the code on purpose, one way after the other, and sees that the search finds it. */
async function selfTest(processes: number): Promise<number> {
    const waiting = [...MUTATIONS];
    let missed = 0;
    const worker = async (): Promise<void> => {
        for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
            const { name } = mutation;
            const { found, worlds } = await play({ from: 0, to: 20_000, mutation: name, stopAtFirst: true });
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
    const { found } = await play({ from: seed, to: seed + 1, mutation: null, stopAtFirst: true });
    return found.length === 0;
}

function play(job: Job): Promise<Played> {
    const worker: ChildProcess = fork(require.resolve("./soak-worker.js"), [JSON.stringify(job)], {
        execArgv: ["--enable-source-maps"],
    });
    return new Promise((resolve, reject) => {
        let played: Played | null = null;
        worker.on("message", (message) => (played = message as Played));
        worker.on("error", reject);
        worker.on("exit", (code) => {
            if (played === null) {
                reject(new Error(`worlds from ${job.from}: the process ended with ${code} and no result`));
            } else {
                resolve(played);
            }
        });
    });
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
    },
);
