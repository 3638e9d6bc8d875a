import { quantile } from "../figures.js";
import { seededRandom } from "../random.js";
import { drawCompletionMs, LONE_WORKLOADS, type Workload } from "../workload.js";
import type { Waiter } from "./waiter.js";
import { published } from "./ways.js";

/** How a published way to wait does on a workload; delays are between completion and noticing. */
export interface LoneRow {
    readonly waiter: string;
    readonly workload: string;
    readonly requestsOnAverage: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    /** Share of the destroys whose end was never seen. */
    readonly gaveUp: number;
}

const SAMPLES = 10_000;

/** Every published way on every workload. */
export function measurePublished(seed: number): LoneRow[] {
    return published.flatMap((waiter) => LONE_WORKLOADS.map((workload) => measure(waiter, workload, seed)));
}

/** The same seed gives every waiter the same destroys. */
function measure(waiter: Waiter, workload: Workload, seed: number): LoneRow {
    const completions = seededRandom(seed);
    const network = seededRandom(seed ^ 0x5bd1e995);
    const delaysMs: number[] = [];
    let requests = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
        const outcome = waiter.wait(drawCompletionMs(workload, completions), network);
        requests += outcome.requests;
        if (outcome.noticedAfterMs !== null) {
            delaysMs.push(outcome.noticedAfterMs);
        }
    }
    delaysMs.sort((a, b) => a - b);
    return {
        waiter: waiter.name,
        workload: workload.name,
        requestsOnAverage: requests / SAMPLES,
        p50Ms: quantile(delaysMs, 0.5),
        p95Ms: quantile(delaysMs, 0.95),
        p99Ms: quantile(delaysMs, 0.99),
        gaveUp: 1 - delaysMs.length / SAMPLES,
    };
}
