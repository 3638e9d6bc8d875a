import { figure, quantile, type Figure } from "./figures.js";
import { seededRandom } from "./random.js";
import type { Waiter } from "./waiter.js";
import { drawCompletionMs, type Workload } from "./workload.js";

/** How a waiter does on a workload; delays are between completion and noticing. */
export interface LoneResult {
    readonly requestsOnAverage: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    /** Share of the destroys whose end was never seen. */
    readonly gaveUp: number;
}

/** Limits for the three figures of one waiter. */
export interface LoneBars {
    readonly requestsOnAverage?: number;
    readonly p50S?: number;
    readonly p95S?: number;
}

const SAMPLES = 10_000;

/** Waits for `samples` destroys, one after the other; the same seed gives every waiter the same destroys. */
export async function measureLone(
    waiter: Waiter,
    workload: Workload,
    seed: number,
    samples = SAMPLES,
): Promise<LoneResult> {
    const completions = seededRandom(seed);
    const network = seededRandom(seed ^ 0x5bd1e995);
    const delaysMs: number[] = [];
    let requests = 0;
    for (let sample = 0; sample < samples; sample++) {
        const outcome = await waiter.wait(drawCompletionMs(workload, completions), network);
        requests += outcome.requests;
        if (outcome.noticedAfterMs !== null) {
            delaysMs.push(outcome.noticedAfterMs);
        }
    }
    delaysMs.sort((a, b) => a - b);
    return {
        requestsOnAverage: requests / samples,
        p50Ms: quantile(delaysMs, 0.5),
        p95Ms: quantile(delaysMs, 0.95),
        p99Ms: quantile(delaysMs, 0.99),
        gaveUp: 1 - delaysMs.length / samples,
    };
}

/** The result as figures, with a bar each where bars are given. */
export function loneFigures(title: string, result: LoneResult, bars?: LoneBars): Figure[] {
    const figures = [
        figure(
            `${title}: status requests, mean`,
            result.requestsOnAverage,
            "requests",
            bars?.requestsOnAverage,
        ),
        figure(`${title}: noticed after, p50`, result.p50Ms / 1000, "s", bars?.p50S),
        figure(`${title}: noticed after, p95`, result.p95Ms / 1000, "s", bars?.p95S),
    ];
    return result.gaveUp === 0
        ? figures
        : [...figures, figure(`${title}: gave up`, result.gaveUp * 100, "%")];
}
