import { writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { table, type Figure } from "./figures.js";
import { fleetFigures, footprintFigures } from "./fleet/figures.js";
import { measureFootprint } from "./fleet/footprint.js";
import { measureFleets } from "./fleet/rows.js";
import { loneFigures } from "./lone.js";
import { LONE_BARS, measureAllLone } from "./lone-rows.js";
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
    const lone = await measureAllLone(seed);
    const fleets = await measureFleets(seed);
    const figures: Figure[] = [
        ...lone.flatMap(({ waiter, workload, result }) =>
            loneFigures(`1 droplet, ${waiter}, ${workload}`, result, LONE_BARS[`${waiter} ${workload}`]),
        ),
        ...fleets.flatMap(fleetFigures),
        ...footprintFigures(footprint),
    ];
    if (values.write) {
        write(pages({ lone, fleets, figures, seed }));
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

/** Writes pages into `docs`, by their paths in it. */
function write(texts: ReadonlyMap<string, string>): void {
    for (const [path, text] of texts) {
        const file = join(__dirname, "..", "docs", path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
});
