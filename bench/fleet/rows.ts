import { publishedFleets } from "../published.js";
import { W1 } from "../workload.js";
import { boundMs } from "./bound.js";
import { besideAStranger, twoProcesses } from "./company.js";
import { measureFleet, type FleetResult, type Scene } from "./measure.js";
import { runScheduled } from "./others.js";
import { runOurs } from "./ours.js";

/** What is asked of a row. */
export interface FleetBars {
    readonly requestsEach?: number;
    readonly p50S?: number;
    readonly p95S?: number;
    /** Mean makespan, in parts of the bound. */
    readonly ratio?: number;
    readonly worstRatio?: number;
    readonly refusedPercent?: number;
}

/** One line of the table of fleets. */
export interface FleetRow {
    readonly name: string;
    readonly size: number;
    readonly boundMs: number;
    readonly result: FleetResult;
    /** Null: a published way, only shown. */
    readonly bars: FleetBars | null;
}

interface Plan {
    readonly name: string;
    readonly size: number;
    readonly seeds: number;
    readonly perMinute: number;
    readonly run: (scene: Scene) => Promise<number>;
    readonly bars: FleetBars | null;
}

const ours =
    (share: number) =>
    ({ model, wire, clock }: Scene): Promise<number> =>
        runOurs(model, wire, clock, share);

const PLANS: readonly Plan[] = [
    {
        ...{ name: "ours", size: 10, seeds: 50, perMinute: 250, run: ours(1) },
        bars: { requestsEach: 14, p50S: 0.6, p95S: 1, refusedPercent: 0 },
    },
    {
        ...{ name: "ours", size: 50, seeds: 20, perMinute: 250, run: ours(1) },
        bars: { requestsEach: 7, p95S: 6, refusedPercent: 0 },
    },
    {
        ...{ name: "ours", size: 1_000, seeds: 20, perMinute: 250, run: ours(1) },
        bars: { requestsEach: 4.1, ratio: 1.08, worstRatio: 1.15, refusedPercent: 0 },
    },
    {
        ...{ name: "ours at 80 %", size: 1_000, seeds: 5, perMinute: 200, run: ours(0.8) },
        bars: { ratio: 1.1, refusedPercent: 0 },
    },
    {
        ...{ name: "ours", size: 2_000, seeds: 2, perMinute: 250, run: ours(1) },
        bars: { ratio: 1.1, refusedPercent: 0 },
    },
    {
        ...{ name: "ours beside a stranger", size: 1_000, seeds: 3, perMinute: 250 },
        run: (scene) => besideAStranger(scene, 1),
        bars: { refusedPercent: 1 },
    },
    {
        ...{ name: "ours at 80 % beside a stranger", size: 1_000, seeds: 3, perMinute: 200 },
        run: (scene) => besideAStranger(scene, 0.8),
        bars: { refusedPercent: 1 },
    },
    {
        ...{ name: "ours, two processes", size: 300, seeds: 5, perMinute: 125 },
        run: (scene) => twoProcesses(scene, 0.8),
        bars: {},
    },
];

const SIZES = [10, 50, 1_000] as const;
const SEEDS = { 10: 50, 50: 10, 1000: 2 } as const;

/** Measures every row. The seeds of a row follow the given one. */
export async function measureFleets(seed: number): Promise<FleetRow[]> {
    const rows: FleetRow[] = [];
    for (const plan of [...PLANS, ...others()]) {
        const { name, size, bars, run, perMinute } = plan;
        const seeds = Array.from({ length: plan.seeds }, (_, index) => seed * 1_000 + index);
        const result = await measureFleet({ size, workload: W1, seeds, run });
        rows.push({ name, size, bars, result, boundMs: boundMs(size, perMinute) });
    }
    return rows;
}

function others(): Plan[] {
    return SIZES.flatMap((size) =>
        publishedFleets.map(({ waiter, atOnce }) => ({
            name: `${waiter.name}, ${atOnce === Infinity ? "all at once" : `${atOnce} at a time`}`,
            size,
            seeds: SEEDS[size],
            perMinute: 250,
            run: (scene: Scene) => runScheduled(scene, waiter.schedule, atOnce),
            bars: null,
        })),
    );
}
