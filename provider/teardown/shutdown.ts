import { dropletLabel, formatDuration } from "./format.js";
import type { Droplet } from "./model.js";
import type { Situation } from "./situation.js";

const PAUSE_MS = 3_000;
/** A Droplet that has not shut down by then is destroyed as it is. */
const MAX_SHUTDOWN_MS = 120_000;
/** The rest of the time is for the destroy. */
const MAX_SHARE_OF_TIMEOUT = 0.5;

/** Shuts down a Droplet and waits until it is off; false: it was already off, without a wait. */
export async function shutDown(droplet: Droplet, situation: Situation): Promise<boolean> {
    const { request, effects, signal } = situation;
    const { api, clock, narrator } = effects;
    if (droplet.status === "off") {
        situation.shutdown = "off";
        return false;
    }
    const limitMs = Math.min(MAX_SHUTDOWN_MS, request.timeoutMs * MAX_SHARE_OF_TIMEOUT);
    const untilMs = clock.monotonicMs() + limitMs;
    while (clock.monotonicMs() < untilMs) {
        if (situation.shutdown === "none" && (await api.shutDown(droplet.id, signal))) {
            situation.shutdown = "requested";
        }
        const busy = situation.shutdown === "none" ? " · it is busy with something else" : "";
        narrator.progress(`waiting for the droplet to shut down${busy}`);
        await clock.sleep(PAUSE_MS, signal);
        await effects.throwIfAbandoned();
        const now = await api.droplet(droplet.id, signal);
        if (now?.status === "off") {
            situation.shutdown = "off";
        }
        if (now === null || now.status === "off") {
            return true;
        }
    }
    const label = dropletLabel(droplet.id, droplet.name);
    const failure = situation.shutdown === "none" ? "could not be shut down" : "did not shut down";
    await narrator.announce(
        `${label} ${failure} within ${formatDuration(limitMs)} and is destroyed as it is`,
    );
    return true;
}
