import { answerTo, DROPLET, type Findings } from "./findings.js";
import { dropletLabel, formatDuration } from "./format.js";
import type { Droplet } from "./model.js";
import type { Notes, State } from "./progress.js";
import type { TeardownRequest } from "./request.js";
import { type Now, type Step, waitFor } from "./step.js";

const PAUSE_MS = 3_000;
/** A Droplet that has not shut down by then is destroyed as it is. */
const MAX_SHUTDOWN_MS = 120_000;
/** The rest of the time is for the destroy. */
const MAX_SHARE_OF_TIMEOUT = 0.5;

/** Starts to shut a Droplet down; null: it is not to be shut down, or has been. */
export function beginShutdown(
    droplet: Droplet,
    { progress: { shutdown }, findings }: State,
    { gracefulShutdown }: TeardownRequest,
    now: Now,
): Step | null {
    if (!gracefulShutdown || shutdown.isOver || droplet.status === "off") {
        return null;
    }
    return request(findings, now, { shutdown: { sinceMs: now.ms } });
}

/** Waits until it is off or gone, but not for ever; null: nothing to wait for. */
export function awaitShutdown(
    { findings, progress }: State,
    { timeoutMs }: TeardownRequest,
    now: Now,
): Step | null {
    const { sinceMs, state, askedIn, isOver } = progress.shutdown;
    if (sinceMs === null || isOver) {
        return null;
    }
    const limitMs = Math.min(MAX_SHUTDOWN_MS, timeoutMs * MAX_SHARE_OF_TIMEOUT);
    if (now.ms - sinceMs >= limitMs) {
        const label = dropletLabel(findings.dropletId, findings.lastSeen?.name ?? null);
        const failure = state === "none" ? "could not be shut down" : "did not shut down";
        const text = `${label} ${failure} within ${formatDuration(limitMs)} and is destroyed as it is`;
        return { do: "say", topic: "shutdown", text };
    }
    if (state === "none" && askedIn !== now.epoch) {
        return request(findings, now);
    }
    const busy = state === "none" ? " · it is busy with something else" : "";
    return { ...waitFor(PAUSE_MS, `waiting for the droplet to shut down${busy}`), then: [DROPLET] };
}

function request(findings: Findings, now: Now, notes: Notes = {}): Step {
    const since = answerTo(findings, DROPLET)?.at ?? { nth: 0, epoch: now.epoch, atMs: now.ms };
    return { do: "change", change: { do: "shut down" }, since, notes };
}
