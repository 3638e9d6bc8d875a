import { parseArgs } from "node:util";
import { table, type Figure } from "./figures.js";
import { loneFigures, measureLone } from "./lone.js";
import { operation } from "./operation.js";
import { published } from "./published.js";
import { W1, W2, W3, W4 } from "./workload.js";

const W1_BARS = { requestsOnAverage: 17, p50S: 0.8, p95S: 1.8 };

async function measure(seed: number): Promise<Figure[]> {
    const figures = loneFigures("lone W1", await measureLone(operation, W1, seed), W1_BARS);
    for (const workload of [W2, W3, W4]) {
        figures.push(...loneFigures(`lone ${workload.name}`, await measureLone(operation, workload, seed)));
    }
    for (const waiter of published) {
        figures.push(...loneFigures(`${waiter.name} W1`, await measureLone(waiter, W1, seed)));
    }
    return figures;
}

function readSeed(text: string): number {
    const seed = Number(text);
    if (!Number.isSafeInteger(seed) || seed < 0) {
        throw new Error(`--seed takes a whole number from 0 on, not ${JSON.stringify(text)}`);
    }
    return seed;
}

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: { json: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
    });
    const figures = await measure(readSeed(values.seed));
    process.stdout.write(`${values.json ? JSON.stringify({ figures }) : table(figures)}\n`);
    process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
});
