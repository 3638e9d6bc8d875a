import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { figure, type Figure } from "../figures.js";
import { W1 } from "../workload.js";
import { accountWith, destroyByTag } from "./command-line.js";
import { Meter } from "./meter.js";

const IN_FLIGHT = 1_000;
const WARM_UP = 100;
/** By then most are submitted, and few have been looked at. */
const CANCEL_AFTER_MS = 700_000;

/** What a thousand teardowns in flight hold, and what is left when they are interrupted. */
export async function measureFootprint(seed: number): Promise<Figure[]> {
    const small = accountWith(WARM_UP);
    await destroyByTag(small, new Meter(small, W1, seed));
    const world = accountWith(IN_FLIGHT);
    const meter = new Meter(world, W1, seed);
    const before = residentBytes();
    let growth = 0;
    const measure = world.clock.sleep(CANCEL_AFTER_MS - 1).then(() => {
        growth = residentBytes() - before;
    });
    await destroyByTag(world, meter, { share: 1, interruptedAfterMs: CANCEL_AFTER_MS });
    await measure;
    return [
        figure(
            "1000 in flight: resident memory growth, the simulator's included",
            growth / 2 ** 20,
            "MB",
            // On one commit it was from 42 to 57: the collector leaves what it likes. `npm run bench` gives V8 as much for
            // what is young as Node.js 20 does; with what later ones do, it leaves 70 MB more.
            60,
        ),
        figure("1000 in flight: timers left after the interrupt", world.clock.pending, "timers", 0),
    ];
}

/** Without what only waits to be collected. */
function residentBytes(): number {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    return process.memoryUsage().rss;
}
