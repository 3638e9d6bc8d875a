import { isOurs, showsEffect, type Memory, type SnapshotWait } from "./memory.js";
import { type DestroyStatus, endedWell } from "./model.js";

/** The last observation of a Droplet and its destroy. */
export interface Observation {
    /** "unseen": not read since the last wait. */
    readonly droplet: "there" | "gone" | "unseen";
    readonly status: DestroyStatus;
}

export interface RetryLimit {
    /** Rounds after the first. */
    readonly retries: number;
}

export type Action =
    /** Read whether the Droplet exists. */
    | { readonly do: "observe" }
    /** A destroy is running: read what is attached to the Droplet meanwhile. */
    | { readonly do: "take-inventory" }
    /** Poll the status again later. */
    | { readonly do: "poll"; readonly for: "completion" | "effect" | "droplet" }
    /** The final snapshot is in progress: poll it, then read everything again. */
    | { readonly do: "await-snapshot"; readonly wait: SnapshotWait }
    /** Wait, then read everything again. */
    | { readonly do: "pause"; readonly pauseMs: number; readonly after: "refusal" | "attempt" }
    /** List, plan, and destroy by explicit ids. */
    | { readonly do: "submit" }
    /** The same after DigitalOcean refused that: repeat what failed, if that is exactly the plan. */
    | { readonly do: "submit-or-retry" }
    /** The same: delete the Droplet alone, if the plan is exactly that. */
    | { readonly do: "submit-or-delete" }
    /** The Droplet is gone: account for everything, and delete what may be deleted. */
    | { readonly do: "clean-up"; readonly by: "our destroy" | "others"; readonly delete: boolean }
    | { readonly do: "finish" };

/** How long an accepted request may show no effect. */
const ACCEPTED_GRACE_MS = 60_000;
/** The same after a lost answer: the request may not have arrived. */
const LOST_GRACE_MS = 20_000;
/** How long the Droplet may outlive a successful destroy. */
const LINGER_MS = 20_000;
/** Pauses before each round after the first. */
const ROUND_PAUSES_MS = [5_000, 15_000, 45_000] as const;
/** Pause after a refusal, doubled with each. */
const FIRST_BACKOFF_MS = 3_000;
const MAX_BACKOFF_MS = 60_000;
/**
 * For how long refusals may be due to a destroy of somebody else that the status does not show yet. After that,
 * nothing but a retry is likely to be accepted.
 */
const PASSING_REFUSALS_MS = 20_000;

/**
 * The next step of a teardown: pure, and the same for the first step of a new process as for any other.
 * Droplet exists or gone × status none, running, completed × ours or foreign; docs/architecture.md.
 */
export function decide(seen: Observation, memory: Memory, limits: RetryLimit, nowMs: number): Action {
    const { status, droplet } = seen;
    if (memory.snapshot.wait !== null) {
        return { do: "await-snapshot", wait: memory.snapshot.wait };
    }
    if (status.state === "running") {
        const missing = droplet === "there" && !memory.inventoried && !isOurs(status, memory.sent);
        return missing ? { do: "take-inventory" } : { do: "poll", for: "completion" };
    }
    if (awaitsEffect(status, memory, nowMs)) {
        return { do: "poll", for: "effect" };
    }
    switch (droplet) {
        case "unseen":
            return { do: "observe" };
        case "gone":
            return whenGone(status, memory, limits);
        case "there":
            return whenThere(status, memory, limits, nowMs);
        default:
            return droplet satisfies never;
    }
}

/** Whether an answer that contradicts a request just sent may be stale. */
function awaitsEffect(status: DestroyStatus, { sent }: Memory, nowMs: number): boolean {
    if (sent === null || showsEffect(status, sent)) {
        return false;
    }
    const graceMs = sent.answer === "accepted" ? ACCEPTED_GRACE_MS : LOST_GRACE_MS;
    return nowMs - sent.atMs < graceMs;
}

function whenGone(status: DestroyStatus, memory: Memory, limits: RetryLimit): Action {
    const { leftovers, sent, attempts, rested, deletedAtMs } = memory;
    if (leftovers === "settled") {
        return { do: "finish" };
    }
    const ours = isOurs(status, sent) && endedWell(status);
    const cleanUp = { do: "clean-up", by: ours ? "our destroy" : "others" } as const;
    if (attempts > limits.retries) {
        // Once more without deleting, so that the report has the current state.
        return leftovers === "remain" ? { do: "finish" } : { ...cleanUp, delete: false };
    }
    const failed = leftovers === "remain" || (attempts > 0 && !ours && deletedAtMs === null);
    return failed && !rested ? pauseBefore(memory) : { ...cleanUp, delete: true };
}

function whenThere(status: DestroyStatus, memory: Memory, limits: RetryLimit, nowMs: number): Action {
    const { attempts, refusals, refusedAtMs, rested, endSeenAtMs, deletedAtMs } = memory;
    if (deletedAtMs !== null && nowMs - deletedAtMs < ACCEPTED_GRACE_MS) {
        return { do: "poll", for: "droplet" };
    }
    if (endedWell(status) && endSeenAtMs !== null && nowMs - endSeenAtMs < LINGER_MS) {
        return { do: "poll", for: "droplet" };
    }
    if (attempts > limits.retries) {
        return { do: "finish" };
    }
    if (attempts + refusals > 0 && !rested) {
        return pauseBefore(memory);
    }
    const refused = refusedAtMs !== null && nowMs - refusedAtMs >= PASSING_REFUSALS_MS;
    const failed = status.state === "completed" && !endedWell(status);
    return { do: !refused ? "submit" : failed ? "submit-or-retry" : "submit-or-delete" };
}

function pauseBefore({ attempts, refusals }: Memory): Action {
    if (refusals > 0) {
        const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** (refusals - 1), MAX_BACKOFF_MS);
        return { do: "pause", pauseMs, after: "refusal" };
    }
    const round = Math.min(attempts, ROUND_PAUSES_MS.length) - 1;
    return { do: "pause", pauseMs: ROUND_PAUSES_MS[round] ?? 0, after: "attempt" };
}
