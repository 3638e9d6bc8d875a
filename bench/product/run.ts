import { isPoll, type Meter } from "./meter.js";
import { quantile } from "../figures.js";

/** One run of something over a simulated DigitalOcean. */
export interface Run {
    readonly droplets: number;
    readonly requests: number;
    /** Requests for the status of a destroy once it has been asked for. */
    readonly polls: number;
    readonly refused: number;
    /** From each completion to the answer that told of it; Infinity: nobody was told. */
    readonly noticedAfterMs: readonly number[];
    readonly makespanMs: number;
    readonly firstDestroyMs: number;
    /** Droplets that are still there, or whose end was not told. */
    readonly failed: number;
}

/** Several runs of the same. */
export interface RunsResult {
    readonly requestsEach: number;
    readonly besidesPollsEach: number;
    /** The most that one run took. */
    readonly worstBesidesPollsEach: number;
    readonly pollsEach: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    readonly makespanMs: number;
    readonly worstMakespanMs: number;
    readonly worstFirstDestroyMs: number;
    /** Requests that were refused, in parts of all. */
    readonly refusedPart: number;
    readonly failed: number;
    readonly failedPart: number;
}

/** Reads a meter after a run that began at a time. */
export function toRun(meter: Meter, droplets: number, sinceMs: number): Run {
    const requests = meter.requests();
    const noticedAfterMs = meter.noticedAfterMs();
    const seen = noticedAfterMs.filter((ms) => Number.isFinite(ms)).length;
    return {
        droplets,
        requests: requests.length,
        polls: requests.filter((request) => isPoll(request) && meter.isAfterDestroy(request)).length,
        refused: requests.filter(({ status }) => status === 429).length,
        noticedAfterMs,
        makespanMs: meter.nowMs - sinceMs,
        firstDestroyMs: meter.firstDestroyMs - sinceMs,
        failed: droplets - seen,
    };
}

export function summarize(runs: readonly Run[]): RunsResult {
    const sum = (of: (run: Run) => number): number => runs.reduce((total, run) => total + of(run), 0);
    const most = (of: (run: Run) => number): number => Math.max(...runs.map(of));
    const droplets = sum((run) => run.droplets);
    const noticed = runs
        .flatMap((run) => run.noticedAfterMs)
        .filter((ms) => Number.isFinite(ms))
        .sort((one, other) => one - other);
    return {
        requestsEach: sum((run) => run.requests) / droplets,
        besidesPollsEach: sum((run) => run.requests - run.polls) / droplets,
        worstBesidesPollsEach: most((run) => (run.requests - run.polls) / run.droplets),
        pollsEach: sum((run) => run.polls) / droplets,
        p50Ms: quantile(noticed, 0.5),
        p95Ms: quantile(noticed, 0.95),
        p99Ms: quantile(noticed, 0.99),
        makespanMs: sum((run) => run.makespanMs) / runs.length,
        worstMakespanMs: most((run) => run.makespanMs),
        worstFirstDestroyMs: most((run) => run.firstDestroyMs),
        refusedPart: sum((run) => run.refused) / sum((run) => run.requests),
        failed: sum((run) => run.failed),
        failedPart: sum((run) => run.failed) / droplets,
    };
}
