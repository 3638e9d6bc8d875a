import { readFileSync, writeFileSync } from "node:fs";

import { withTable } from "../../tools/page-table.js";
import type { Mutation } from "./mutations.js";
import { playJob } from "./play-range.js";

/** Deliberate faults, and what must show each of them. */
interface SelfTest {
    readonly what: "world" | "life";
    readonly mutations: readonly Mutation[];
    /** The file of a process that plays. */
    readonly worker: string;
    /** Names of those that have one, in their order. */
    readonly names: readonly string[];
    /** How many random ones are played at most. */
    readonly random: number;
}

/** Where a deliberate fault was found, and what does not hold there. */
interface Found {
    readonly nth: number;
    readonly rule: string;
}

/** A deliberate fault, and the first ones that show it; null: none does. */
interface Tried {
    readonly name: string;
    readonly random: Found | null;
    readonly named: Found | null;
}

/**
 * Breaks the code on purpose, one way after the other, and sees that it is found.
 * @param writes whether the table of docs/reports/deliberate-faults.md becomes that of this run
 * @returns the exit code: 1 where one was not found
 */
export async function selfTest(test: SelfTest, processes: number, writes: boolean): Promise<number> {
    const tried = new Map<string, Tried>();
    const waiting = [...test.mutations];
    const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const { name } = next;
            const named = await firstFound(name, true, test);
            const one = { name, named, random: await firstFound(name, false, test) };
            tried.set(name, one);
            console.log(`${name}: ${whereFound(one, test)}`);
        }
    };
    await Promise.all(Array.from({ length: processes }, worker));
    const all = test.mutations.flatMap(({ name }) => tried.get(name) ?? []);
    const missed = all.filter(({ random, named }) => (random ?? named) === null).length;
    console.log(`${all.length - missed} of ${all.length} deliberate faults found`);
    if (writes) {
        writeTable(all, test);
    }
    return missed === 0 ? 0 : 1;
}

async function firstFound(
    mutation: string,
    named: boolean,
    { names, random, worker }: SelfTest,
): Promise<Found | null> {
    const to = named ? names.length : random;
    for (let from = 0; from < to;) {
        const { found, worlds } = await playJob({ from, to, named, mutation, stopAtFirst: true }, worker);
        const [message] = found;
        const nth = from + worlds - 1;
        // What the code as it is shows as well says nothing of the fault.
        const same = { from: nth, to: nth + 1, named, mutation: null, stopAtFirst: true };
        if (message !== undefined && (await playJob(same, worker)).found.length === 0) {
            return { nth, rule: message.split(/: |\n/)[0] ?? "" };
        }
        from = nth + 1;
    }
    return null;
}

function whereFound({ random, named }: Tried, { what, names }: SelfTest): string {
    const where = [
        ...(random === null ? [] : [`${what} ${random.nth}: ${random.rule}`]),
        ...(named === null ? [] : [`"${names[named.nth] ?? ""}": ${named.rule}`]),
    ];
    return where.join("; ") || "NOT FOUND";
}

const PAGE = "docs/reports/deliberate-faults.md";

function writeTable(all: readonly Tried[], { what, names, random: most }: SelfTest): void {
    const rows = all.map(({ name, random, named }) => {
        const shown = named === null ? "none" : (names[named.nth] ?? "");
        return `| ${name} | ${random?.nth ?? "none"} | ${shown} | ${(random ?? named)?.rule ?? ""} |`;
    });
    const head = `| Fault | First ${what}, of ${most.toLocaleString("en")} | First ${what} with a name | What does not hold |`;
    const table = [head, "| --- | --- | --- | --- |", ...rows];
    writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), `Fault | First ${what}`, table));
}
