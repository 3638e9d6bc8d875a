import { measureLone, type LoneBars, type LoneResult } from "./lone.js";
import { operation, operationWithResources } from "./operation.js";
import { published } from "./published.js";
import { W1, W2, W3, W4, type Workload } from "./workload.js";

/** One line of the table of lone Droplets. */
export interface LoneRow {
    readonly waiter: string;
    readonly workload: string;
    readonly result: LoneResult;
}

/** By waiter and workload. */
export const LONE_BARS: Readonly<Record<string, LoneBars>> = {
    "ours W1": { requestsOnAverage: 14.2, p50S: 0.85, p95S: 1.7 },
    "ours, with resources W1": { requestsOnAverage: 14.2, p50S: 0.85 },
    "ours W2": { p50S: 1.1 },
    "ours W3": { p50S: 1.1 },
    "ours W4": { p50S: 1.1 },
};

const OTHER_SAMPLES = 5_000;

/** Ours on every workload, and the published ways beside it. */
export async function measureAllLone(seed: number): Promise<LoneRow[]> {
    const rows: LoneRow[] = [];
    const add = async (waiter: typeof operation, workload: Workload, samples?: number): Promise<void> => {
        const result = await measureLone(waiter, workload, seed, samples);
        rows.push({ waiter: waiter.name, workload: workload.name, result });
    };
    await add(operation, W1);
    await add(operationWithResources, W1, OTHER_SAMPLES);
    for (const workload of [W2, W3, W4]) {
        await add(operation, workload, OTHER_SAMPLES);
    }
    for (const waiter of published) {
        for (const workload of [W1, W2, W3, W4]) {
            await add(waiter, workload);
        }
    }
    return rows;
}
