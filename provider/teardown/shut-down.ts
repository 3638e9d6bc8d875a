import type { Effects } from "./effects.js";
import type { Droplet } from "./resource.js";
import { dropletLabel } from "./wording.js";

const PAUSE_MS = 3_000;
/** A Droplet that has not shut down by then is destroyed as it is. */
const PATIENCE_MS = 120_000;

/** Shuts down a Droplet and waits until it is off; false: it was already off, without a wait. */
export async function shutDown(
    droplet: Droplet,
    { api, clock, narrator, ensureWanted }: Effects,
    signal: AbortSignal,
): Promise<boolean> {
    if (droplet.status === "off") {
        return false;
    }
    await api.shutDown(droplet.id, signal);
    const untilMs = clock.monotonicMs() + PATIENCE_MS;
    while (clock.monotonicMs() < untilMs) {
        narrator.progress("waiting for the droplet to shut down");
        await clock.sleep(PAUSE_MS, signal);
        await ensureWanted();
        const now = await api.droplet(droplet.id, signal);
        if (now === null || now.status === "off") {
            return true;
        }
    }
    const label = dropletLabel(droplet.id, droplet.name);
    await narrator.announce(
        `${label} did not shut down within ${PATIENCE_MS / 1_000} s and is destroyed as it is`,
    );
    return true;
}
