import type { CliWorld } from "../../test/support/cli-world.js";
import { seededRandom, uniform } from "../random.js";
import { accountWith, destroyByTag, tagMore, TOKEN } from "./command-line.js";
import { Meter, STRANGER } from "./meter.js";
import { toRun, type Run } from "./run.js";
import { W1 } from "../workload.js";

const STRANGER_EVERY_MS = 600;
const BEFORE_US_MS = 30_000;
const LATER_MS = 5_000;
const OTHER_TAG = "staging";

/** The command line, while somebody else with the same token sends 100 requests a minute and knows nothing of us. */
export async function besideAStranger(size: number, seed: number, share: number): Promise<Run> {
    const world = accountWith(size);
    const meter = new Meter(world, W1, seed);
    const stop = new AbortController();
    const stranger = strange(world, seed, stop.signal);
    await world.clock.run(world.clock.sleep(BEFORE_US_MS));
    const sinceMs = meter.nowMs;
    await destroyByTag(world, meter, { share });
    const run = toRun(meter, size, sinceMs);
    stop.abort();
    await world.clock.run(stranger);
    return run;
}

async function strange({ clock, simulator }: CliWorld, seed: number, signal: AbortSignal): Promise<void> {
    const random = seededRandom(seed ^ 0x51ed270b);
    const headers = { authorization: `Bearer ${TOKEN}`, "user-agent": STRANGER };
    while (!signal.aborted) {
        const answer = await simulator.fetch("https://api.digitalocean.com/v2/account", { headers });
        const retryAfterS = answer.headers.get("retry-after");
        const pauseMs = uniform(random, 0.5 * STRANGER_EVERY_MS, 1.5 * STRANGER_EVERY_MS);
        const refusedMs = retryAfterS === null ? 60_000 : Number(retryAfterS) * 1_000;
        const sleepMs = answer.status === 429 ? refusedMs : pauseMs;
        await clock.sleep(sleepMs, signal).catch(() => undefined);
    }
}

/** The command line twice, as two processes on one token that see each other only through the headers. */
export async function twoProcesses(size: number, seed: number): Promise<Run> {
    const world = accountWith(size / 2);
    tagMore(world, size / 2, OTHER_TAG);
    const meter = new Meter(world, W1, seed);
    const several = { isOneOfSeveral: true };
    const later = async (): Promise<void> => {
        await world.clock.sleep(LATER_MS);
        await destroyByTag(world, meter, several, OTHER_TAG);
    };
    await world.clock.run(Promise.all([destroyByTag(world, meter, several), later()]));
    return toRun(meter, size, 0);
}
