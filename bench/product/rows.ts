import { LONE_WORKLOADS, W1, type Workload } from "../workload.js";
import { besideAStranger, twoProcesses } from "./company.js";
import {
    accountWith,
    accountWithExpired,
    destroyById,
    destroyByTag,
    destroyExpired,
} from "./command-line.js";
import { Meter } from "./meter.js";
import { createStack, destroyStack } from "./plugin.js";
import { toRun, summarize, type Run, type RunsResult } from "./run.js";

/** What is asked of a row; a limit each, in the unit of its name. */
export interface Bars {
    readonly requestsEach?: number;
    readonly besidesPollsEach?: number;
    readonly pollsEach?: number;
    readonly p50S?: number;
    readonly p95S?: number;
    /** Makespan, in parts of the bound. */
    readonly ratio?: number;
    readonly worstRatio?: number;
    readonly firstDestroyS?: number;
    readonly refusedPercent?: number;
}

/** One way to destroy, as users run it, and what it is to hold. */
export interface ProductRow {
    /** What runs. */
    readonly way: string;
    readonly droplets: number;
    readonly workload: string;
    /** Requests that it may make in a minute, for the bound. */
    readonly perMinute: number;
    readonly result: RunsResult;
    readonly bars: Bars;
}

interface Plan extends Omit<ProductRow, "result" | "workload"> {
    readonly workload?: Workload;
    readonly runs: number;
    readonly run: (droplets: number, seed: number, workload: Workload) => Promise<Run>;
}

const LONE_BARS: Readonly<Record<string, Bars>> = {
    W1: { besidesPollsEach: 18, pollsEach: 14.2, p50S: 0.85, p95S: 1.7, refusedPercent: 0 },
    W2: { besidesPollsEach: 18, p50S: 1.1, refusedPercent: 0 },
    W3: { besidesPollsEach: 18, p50S: 1.1, refusedPercent: 0 },
    W4: { besidesPollsEach: 18, p50S: 1.1, refusedPercent: 0 },
};
/** One request of each is the last look at its tag, before that is deleted: no list can stand in for it. */
const MANY_BARS: Bars = { requestsEach: 17, p95S: 8, refusedPercent: 0 };
const FLEET_BARS: Bars = {
    requestsEach: 4.2,
    ratio: 1.15,
    worstRatio: 1.15,
    firstDestroyS: 15,
    refusedPercent: 0,
};
/** The last destroy leaves after 788 s, and the longest takes 300 and is noticed then; the bound is 900. */
const WHOLE_BUDGET_BARS: Bars = { ...FLEET_BARS, ratio: 1.17, worstRatio: 1.22 };

const PLANS: readonly Plan[] = [
    ...LONE_WORKLOADS.map((workload) => ({
        ...{ way: "pulumi destroy", droplets: 1, perMinute: 200, workload, run: throughPulumi },
        ...{ runs: workload === W1 ? 2_000 : 500, bars: LONE_BARS[workload.name] ?? {} },
    })),
    {
        ...{ way: "pulumi destroy", droplets: 10, perMinute: 200, runs: 50, run: throughPulumi },
        bars: MANY_BARS,
    },
    {
        ...{ way: "pulumi destroy", droplets: 50, perMinute: 200, runs: 20, run: throughPulumi },
        bars: MANY_BARS,
    },
    {
        ...{ way: "droplet-teardown destroy <id>", droplets: 1, perMinute: 200, runs: 500, run: byId },
        bars: { besidesPollsEach: 10, refusedPercent: 0 },
    },
    {
        ...{ way: "destroy --tag-name", droplets: 50, perMinute: 200, runs: 20, run: byTag(0.8) },
        bars: { requestsEach: 5.2, p50S: 4, firstDestroyS: 15, refusedPercent: 0 },
    },
    {
        ...{ way: "destroy --tag-name, whole budget", droplets: 50, perMinute: 250, runs: 20, run: byTag(1) },
        bars: { requestsEach: 5.7, p50S: 1.6, p95S: 8, firstDestroyS: 15, refusedPercent: 0 },
    },
    {
        ...{ way: "destroy --tag-name, whole budget", droplets: 1_000, perMinute: 250, runs: 10 },
        ...{ run: byTag(1), bars: WHOLE_BUDGET_BARS },
    },
    {
        ...{ way: "destroy --tag-name", droplets: 1_000, perMinute: 200, runs: 5 },
        ...{ run: byTag(0.8), bars: FLEET_BARS },
    },
    {
        ...{ way: "destroy --tag-name --expired, whole budget", droplets: 1_000, perMinute: 250, runs: 2 },
        // The mean of two is hardly better than the worst.
        ...{ run: expired, bars: { ...WHOLE_BUDGET_BARS, ratio: 1.22 } },
    },
    // Of 5,000, more ends come one by one, and a read of each is less than all pages of the list: 4.23 at most in 20 seeds.
    ...[
        { droplets: 2_000, requestsEach: 4.2 },
        { droplets: 5_000, requestsEach: 4.3 },
    ].map(({ droplets, requestsEach }) => ({
        ...{ way: "destroy --tag-name, whole budget", droplets, perMinute: 250, runs: 1 },
        ...{ run: byTag(1), bars: { requestsEach, firstDestroyS: 15, refusedPercent: 0 } },
    })),
    {
        ...{ way: "destroy --tag-name, beside a stranger", droplets: 600, perMinute: 200, runs: 3 },
        run: (droplets, seed) => besideAStranger(droplets, seed, 0.8),
        bars: { refusedPercent: 1 },
    },
    {
        ...{ way: "destroy --tag-name, whole budget, beside a stranger", droplets: 600, runs: 3 },
        ...{ perMinute: 250, run: (droplets, seed) => besideAStranger(droplets, seed, 1) },
        bars: { refusedPercent: 1.5 },
    },
    {
        ...{ way: "destroy --tag-name, two processes", droplets: 600, perMinute: 250, runs: 3 },
        // The second one meets a minute that the first has used: a hundred refusals of three thousand.
        ...{ run: twoProcesses, bars: { refusedPercent: 5 } },
    },
];

/** Measures every row. The seeds of a row follow the given one. */
export async function measureProduct(seed: number): Promise<ProductRow[]> {
    const rows: ProductRow[] = [];
    for (const { workload = W1, runs, run, ...plan } of PLANS) {
        const results: Run[] = [];
        for (let index = 0; index < runs; index += 1) {
            results.push(await run(plan.droplets, seed * 10_000 + index, workload));
        }
        rows.push({ ...plan, workload: workload.name, result: summarize(results) });
    }
    return rows;
}

async function throughPulumi(droplets: number, seed: number, workload: Workload): Promise<Run> {
    const stack = await createStack(droplets);
    const sinceMs = stack.world.clock.monotonicMs();
    return toRun(await destroyStack(stack, workload, seed), droplets, sinceMs);
}

async function byId(_droplets: number, seed: number, workload: Workload): Promise<Run> {
    const world = accountWith(1);
    const meter = new Meter(world, workload, seed);
    await destroyById(world, meter, world.simulator.state().droplets[0]?.id ?? 0);
    return toRun(meter, 1, 0);
}

async function expired(droplets: number, seed: number, workload: Workload): Promise<Run> {
    const world = accountWithExpired(droplets);
    const meter = new Meter(world, workload, seed);
    await destroyExpired(world, meter);
    return toRun(meter, droplets, 0);
}

function byTag(share: number): Plan["run"] {
    return async (droplets, seed, workload) => {
        const world = accountWith(droplets);
        const meter = new Meter(world, workload, seed);
        await destroyByTag(world, meter, { share });
        return toRun(meter, droplets, 0);
    };
}
