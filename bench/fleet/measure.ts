import { VirtualClock } from "../../simulator/virtual-clock.js";
import { quantile } from "../figures.js";
import { seededRandom } from "../random.js";
import type { Workload } from "../workload.js";
import { FleetModel } from "./model.js";
import { TokenLimits } from "./token-limits.js";
import { Wire } from "./wire.js";

/** How one way to tear a fleet down does, over all its seeds. */
export interface FleetResult {
    readonly requestsEach: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    readonly makespanMs: number;
    readonly worstMakespanMs: number;
    /** Requests that were refused, in parts of all. */
    readonly refusedPart: number;
    readonly refused: number;
    /** Droplets whose teardown failed, or whose end was never seen. */
    readonly failed: number;
    readonly failedPart: number;
}

/** One run in virtual time. */
export interface Scene {
    readonly clock: VirtualClock;
    readonly limits: TokenLimits;
    readonly model: FleetModel;
    readonly wire: Wire;
    readonly random: () => number;
    readonly workload: Workload;
}

interface Task {
    readonly size: number;
    readonly workload: Workload;
    readonly seeds: readonly number[];
    /** Tears the scene's Droplets down; returns how many failed. */
    readonly run: (scene: Scene) => Promise<number>;
}

export async function measureFleet({ size, workload, seeds, run }: Task): Promise<FleetResult> {
    const noticed: number[] = [];
    const makespans: number[] = [];
    let [requests, refused, failed] = [0, 0, 0];
    for (const seed of seeds) {
        const scene = sceneOf(size, workload, seed);
        const startMs = scene.clock.monotonicMs();
        const failures = await scene.clock.run(run(scene));
        makespans.push(scene.clock.monotonicMs() - startMs);
        const delays = scene.model.noticedAfterMs();
        const seen = delays.filter((ms) => Number.isFinite(ms));
        seen.forEach((ms) => noticed.push(ms));
        failed += Math.max(failures, delays.length - seen.length);
        requests += scene.wire.sent.requests;
        refused += scene.wire.sent.refused;
    }
    noticed.sort((one, other) => one - other);
    return {
        requestsEach: requests / (size * seeds.length),
        p50Ms: quantile(noticed, 0.5),
        p95Ms: quantile(noticed, 0.95),
        p99Ms: quantile(noticed, 0.99),
        makespanMs: makespans.reduce((sum, ms) => sum + ms, 0) / makespans.length,
        worstMakespanMs: Math.max(...makespans),
        refusedPart: refused / requests,
        refused,
        failed,
        failedPart: failed / (size * seeds.length),
    };
}

export function sceneOf(size: number, workload: Workload, seed: number): Scene {
    const clock = new VirtualClock();
    const limits = new TokenLimits();
    const random = seededRandom(seed ^ 0x2545f491);
    const model = new FleetModel(size, workload, seededRandom(seed));
    return { clock, limits, model, wire: new Wire(clock, limits, random), random, workload };
}
