import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "./figures.js";
import { productFigures } from "./product/figures.js";
import { measureFootprint } from "./product/footprint.js";
import { measureProduct } from "./product/rows.js";
import { measurePublishedFleets } from "./published/fleets.js";
import { measurePublished } from "./published/lone.js";
import { pages } from "./report/pages.js";

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            json: { type: "boolean", default: false },
            seed: { type: "string", default: "1" },
            write: { type: "boolean", default: false },
        },
    });
    const seed = readSeed(values.seed);
    // First, while the process is small.
    const footprint = await measureFootprint(seed);
    const rows = await measureProduct(seed);
    const figures = [...rows.flatMap(productFigures), ...footprint];
    if (values.write) {
        const lone = measurePublished(seed);
        const fleets = await measurePublishedFleets(seed);
        write(pages({ rows, figures, lone, fleets, seed }));
    }
    process.stdout.write(`${values.json ? JSON.stringify({ figures }) : table(figures)}\n`);
    process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

function readSeed(text: string): number {
    const seed = Number(text);
    if (!Number.isSafeInteger(seed) || seed < 0) {
        throw new Error(`--seed takes a whole number from 0 on, not ${JSON.stringify(text)}`);
    }
    return seed;
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
