import { accountWith, TOKEN } from "../product/command-line.js";
import { Meter } from "../product/meter.js";
import { toRun, summarize, type Run, type RunsResult } from "../product/run.js";
import { seededRandom, type Random } from "../random.js";
import { W1 } from "../workload.js";
import { sendWithRetries, type Wire } from "./send.js";
import type { Progress, Schedule } from "./waiter.js";
import { publishedFleets } from "./ways.js";

/** How fleets are torn down elsewhere, on the same simulated account. */
export interface PublishedFleet {
    readonly way: string;
    readonly droplets: number;
    readonly result: RunsResult;
}

const SIZES = [
    { droplets: 50, runs: 10 },
    { droplets: 1_000, runs: 2 },
] as const;

export async function measurePublishedFleets(seed: number): Promise<PublishedFleet[]> {
    const rows: PublishedFleet[] = [];
    for (const { droplets, runs } of SIZES) {
        for (const { waiter, atOnce } of publishedFleets) {
            const results: Run[] = [];
            for (let index = 0; index < runs; index += 1) {
                results.push(await runOne(droplets, seed * 10_000 + index, waiter.schedule, atOnce));
            }
            const way = `${waiter.name}, ${atOnce === Infinity ? "all at once" : `${atOnce} at a time`}`;
            rows.push({ way, droplets, result: summarize(results) });
        }
    }
    return rows;
}

/** Tears Droplets down by a schedule each, so many at a time. */
async function runOne(droplets: number, seed: number, schedule: Schedule, atOnce: number): Promise<Run> {
    const world = accountWith(droplets);
    const meter = new Meter(world, W1, seed);
    const wire = { clock: world.clock, fetch: meter.fetch, token: TOKEN };
    const random = seededRandom(seed ^ 0x3c6ef372);
    const left = world.simulator.state().droplets.map(({ id }) => id);
    const work = async (): Promise<void> => {
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
            await tearDownOne(wire, id, schedule, random);
        }
    };
    await world.clock.run(Promise.all(Array.from({ length: Math.min(atOnce, droplets) }, work)));
    return toRun(meter, droplets, 0);
}

/** The same four requests as ours, and no others. */
async function tearDownOne(wire: Wire, id: number, schedule: Schedule, random: Random): Promise<void> {
    const base = `https://api.digitalocean.com/v2/droplets/${id}/destroy_with_associated_resources`;
    const listed = await sendWithRetries(wire, "GET", base);
    const before = await sendWithRetries(wire, "GET", `${base}/status`);
    if (
        listed === null ||
        before === null ||
        (await sendWithRetries(wire, "DELETE", `${base}/selective`)) === null
    ) {
        return;
    }
    const acceptedMs = wire.clock.monotonicMs();
    let progress: Progress = { sent: 0, lastSentMs: null, answeredMs: 0 };
    for (;;) {
        const dueMs = schedule(progress, random);
        if (dueMs === null) {
            return;
        }
        await wire.clock.sleep(acceptedMs + dueMs - wire.clock.monotonicMs());
        const lastSentMs = wire.clock.monotonicMs() - acceptedMs;
        const status = await sendWithRetries(wire, "GET", `${base}/status`);
        if (status === null || status.includes('"completed_at"')) {
            return;
        }
        progress = { sent: progress.sent + 1, lastSentMs, answeredMs: wire.clock.monotonicMs() - acceptedMs };
    }
}
