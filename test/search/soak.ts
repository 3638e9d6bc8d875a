import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { type Mutation, MUTATIONS } from "./mutations.js";
import { playJob, playRange, type Range } from "./play-range.js";

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
        return selfTest(processes, values.write);
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

/** A deliberate fault, and what the search found of it; null: nothing. */
interface Tried {
    readonly name: string;
    readonly found: { readonly world: number; readonly rule: string } | null;
}

/**
 * Breaks the code on purpose, one way after the other, and sees that the search finds it.
 * @param writes whether the table of docs/testing.md becomes that of this run
 */
async function selfTest(processes: number, writes: boolean): Promise<number> {
    const tried = new Map<string, Tried>();
    const waiting = [...MUTATIONS];
    const worker = async (): Promise<void> => {
        for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
            const one = await tryMutation(mutation);
            tried.set(one.name, one);
            const { found } = one;
            console.log(
                `${one.name}: ${found === null ? "NOT FOUND" : `world ${found.world}: ${found.rule}`}`,
            );
        }
    };
    await Promise.all(Array.from({ length: processes }, worker));
    const all = MUTATIONS.flatMap(({ name }) => tried.get(name) ?? []);
    const missed = all.filter(({ found }) => found === null).length;
    console.log(`${all.length - missed} of ${all.length} mutations found`);
    if (writes) {
        writeTable(all);
    }
    return missed === 0 ? 0 : 1;
}

async function tryMutation({ name }: Mutation): Promise<Tried> {
    const { found, worlds } = await playJob({ from: 0, to: 20_000, mutation: name, stopAtFirst: true });
    const world = worlds - 1;
    const [first] = found;
    if (first === undefined || !(await isSound(world))) {
        return { name, found: null };
    }
    const [rule = ""] = first.split(": ");
    return { name, found: { world, rule } };
}

const DOCS = "docs/testing.md";
const TABLE = /\| Fault +\|.*\n(?:\|.*\n)+/;

function writeTable(all: readonly Tried[]): void {
    const rows = all.map(
        ({ name, found }) => `| ${name} | ${found?.world ?? "not found"} | ${found?.rule ?? ""} |`,
    );
    const table = [
        "| Fault | Found at world | What does not hold |",
        "| --- | --- | --- |",
        ...rows,
        "",
    ].join("\n");
    writeFileSync(
        DOCS,
        readFileSync(DOCS, "utf8").replace(TABLE, () => table),
    );
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
