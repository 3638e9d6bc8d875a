import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { headCommit } from "../tools/measurement.js";
import { type Figure, findWorst, table } from "./figures.js";
import { chainFigures, measureChains } from "./product/chain.js";
import { productFigures } from "./product/figures.js";
import { measureFootprint } from "./product/footprint.js";
import { measureProduct } from "./product/rows.js";
import { measurePublishedFleets } from "./published/fleets.js";
import { measurePublished } from "./published/lone.js";
import { pages, seedsPage } from "./report/pages.js";

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            json: { type: "boolean", default: false },
            seed: { type: "string", default: "1" },
            seeds: { type: "string", default: "1" },
            write: { type: "boolean", default: false },
        },
    });
    const seed = wholeNumber("--seed", values.seed);
    const seeds = wholeNumber("--seeds", values.seeds);
    if (seeds > 1 && seed !== 1) {
        throw new Error("--seeds begins with seed 1: leave out --seed");
    }
    const figures = seeds > 1 ? await worstOfSeeds(seeds, values.write) : await ofSeed(seed, values.write);
    process.stdout.write(`${values.json ? JSON.stringify({ figures }) : table(figures)}\n`);
    process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

async function ofSeed(seed: number, writes: boolean): Promise<Figure[]> {
    // First, while the process is small.
    const footprint = await measureFootprint(seed);
    const chains = await measureChains();
    const rows = await measureProduct(seed);
    const figures = [...chains.flatMap(chainFigures), ...rows.flatMap(productFigures), ...footprint];
    if (writes) {
        const lone = measurePublished(seed);
        const fleets = await measurePublishedFleets(seed);
        write(pages({ chains, rows, figures, lone, fleets, seed }));
    }
    return figures;
}

/** No seed changes the footprint, which is of the machine, and the chains. */
async function worstOfSeeds(seeds: number, writes: boolean): Promise<Figure[]> {
    // Of the beginning: a run takes an hour.
    const commit = writes ? headCommit() : "";
    const runs = new Map<number, readonly Figure[]>();
    for (let seed = 1; seed <= seeds; seed += 1) {
        const rows = await measureProduct(seed);
        runs.set(seed, rows.flatMap(productFigures));
        const missed = [...(runs.get(seed) ?? [])].filter(({ ok }) => !ok).map(({ name }) => name);
        process.stderr.write(`seed ${seed}: ${missed.length === 0 ? "all bars hold" : missed.join("; ")}\n`);
    }
    const worst = findWorst(runs);
    if (writes) {
        write(seedsPage(worst, seeds, `${new Date().toISOString().slice(0, 10)}, ${commit}`));
    }
    return worst;
}

function wholeNumber(option: string, text: string): number {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0) {
        throw new Error(`${option} takes a whole number from 0 on, not ${JSON.stringify(text)}`);
    }
    return value;
}

/** Writes pages into `docs` of the working folder, by their paths in it. */
function write(texts: ReadonlyMap<string, string>): void {
    for (const [path, text] of texts) {
        const file = join("docs", path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
});
