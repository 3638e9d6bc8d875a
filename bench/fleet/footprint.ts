import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { W1 } from "../workload.js";
import { sceneOf } from "./measure.js";
import { runOurs } from "./ours.js";

/** What a thousand teardowns in flight hold, and what is left when they are cancelled. */
export interface Footprint {
    readonly growthMb: number;
    readonly timersLeft: number;
}

const IN_FLIGHT = 1_000;
const WARM_UP = 100;
/** By then most are submitted, and few have been looked at. */
const CANCEL_AFTER_MS = 700_000;

export async function measureFootprint(seed: number): Promise<Footprint> {
    const small = sceneOf(WARM_UP, W1, seed);
    await small.clock.run(runOurs(small.model, small.wire, small.clock, 1));
    const { clock, model, wire } = sceneOf(IN_FLIGHT, W1, seed);
    const before = residentBytes();
    const cancel = new AbortController();
    const run = runOurs(model, wire, clock, 1, cancel.signal);
    await clock.run(clock.sleep(CANCEL_AFTER_MS));
    const growth = residentBytes() - before;
    cancel.abort(new Error("cancelled"));
    await clock.run(run);
    return { growthMb: growth / 2 ** 20, timersLeft: clock.pending };
}

/** Without what only waits to be collected. */
function residentBytes(): number {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    return process.memoryUsage().rss;
}
