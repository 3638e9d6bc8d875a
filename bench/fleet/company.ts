import type { VirtualClock } from "../../simulator/virtual-clock.js";
import { uniform } from "../random.js";
import { FleetModel } from "./model.js";
import type { Scene } from "./measure.js";
import { runOurs } from "./ours.js";
import { Wire } from "./wire.js";

const STRANGER_EVERY_MS = 600;
const BEFORE_US_MS = 30_000;

/** Ours, while somebody else with the same token sends 100 requests a minute and knows nothing of us. */
export async function besideAStranger(scene: Scene, share: number): Promise<number> {
    const stop = new AbortController();
    const stranger = strange(scene, stop.signal);
    await scene.clock.sleep(BEFORE_US_MS);
    const failed = await runOurs(scene.model, scene.wire, scene.clock, share);
    stop.abort();
    await stranger;
    return failed;
}

async function strange({ clock, limits, random }: Scene, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
        const { retryAfterMs, status } = limits.take(clock.monotonicMs());
        const pauseMs = uniform(random, 0.5 * STRANGER_EVERY_MS, 1.5 * STRANGER_EVERY_MS);
        await clock.sleep(status === 429 ? (retryAfterMs ?? 60_000) : pauseMs, signal).catch(() => undefined);
    }
}

/** Ours, twice, as two processes on one token that see each other only through the headers. */
export async function twoProcesses(scene: Scene, share: number): Promise<number> {
    const { clock, limits, random, model, wire } = scene;
    const other = new FleetModel(model.ids.length, scene.workload, random);
    const otherWire = new Wire(clock, limits, random);
    const failures = await Promise.all([
        runOurs(model, wire, clock, share),
        runLater(clock, () => runOurs(other, otherWire, clock, share)),
    ]);
    wire.sent.requests += otherWire.sent.requests;
    wire.sent.refused += otherWire.sent.refused;
    const unseen = other.noticedAfterMs().filter((ms) => !Number.isFinite(ms)).length;
    return failures[0] + Math.max(failures[1], unseen);
}

const LATER_MS = 5_000;

async function runLater<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
    await clock.sleep(LATER_MS);
    return work();
}
