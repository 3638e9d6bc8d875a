import type { DestroyStatus } from "../../provider/teardown/status.js";
import type { Progress, Schedule } from "../waiter.js";
import { drawRoundTripMs } from "../workload.js";
import type { Scene } from "./measure.js";

/** godo's retries underneath: as often, `retry-after` where there is one, else 1, 2, 4 … 30 s. */
const RETRIES = 4;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

class RefusedTooOften extends Error {}

/** Tears the scene's Droplets down by a schedule each, so many at a time; returns how many failed. */
export async function runScheduled(scene: Scene, schedule: Schedule, atOnce: number): Promise<number> {
    const left = scene.model.ids;
    let failed = 0;
    const work = async (): Promise<void> => {
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
            failed += (await tearDownOne(scene, id, schedule)) ? 0 : 1;
        }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, work));
    return failed;
}

async function tearDownOne(scene: Scene, id: number, schedule: Schedule): Promise<boolean> {
    const { model, clock, random } = scene;
    try {
        await send(scene, () => model.associated(id, clock.monotonicMs()));
        await send(scene, () => model.status(id, clock.monotonicMs()));
        await send(scene, () => model.destroy(id, clock.monotonicMs()));
        const acceptedMs = clock.monotonicMs();
        let progress: Progress = { sent: 0, lastSentMs: null, answeredMs: 0 };
        for (;;) {
            const dueMs = schedule(progress, random);
            if (dueMs === null) {
                return false;
            }
            await clock.sleep(acceptedMs + dueMs - clock.monotonicMs());
            const lastSentMs = clock.monotonicMs() - acceptedMs;
            const status: DestroyStatus = await send(scene, () => model.status(id, clock.monotonicMs()));
            if (status.state === "completed") {
                model.noticed(id, clock.monotonicMs());
                return true;
            }
            progress = { sent: progress.sent + 1, lastSentMs, answeredMs: clock.monotonicMs() - acceptedMs };
        }
    } catch (error) {
        if (error instanceof RefusedTooOften) {
            return false;
        }
        throw error;
    }
}

async function send<T>({ clock, limits, wire, random }: Scene, look: () => T): Promise<T> {
    for (let retry = 0; ; retry += 1) {
        wire.sent.requests += 1;
        const roundTripMs = drawRoundTripMs(random);
        await clock.sleep(roundTripMs / 2);
        const { status, retryAfterMs } = limits.take(clock.monotonicMs());
        const seen = status === 429 ? null : { value: look() };
        await clock.sleep(roundTripMs / 2);
        if (seen !== null) {
            return seen.value;
        }
        wire.sent.refused += 1;
        if (retry === RETRIES) {
            throw new RefusedTooOften("refused too often");
        }
        await clock.sleep(retryAfterMs ?? Math.min(FIRST_BACKOFF_MS * 2 ** retry, LONGEST_BACKOFF_MS));
    }
}
