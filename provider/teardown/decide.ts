import { isOurs, showsEffect, type Memory, type SnapshotWait } from "./memory.js";
import { endedWell, type DestroyStatus } from "./status.js";

/** What has been seen of a Droplet and its destroy. */
export interface Observation {
    /** "unseen": not looked at since the last wait. */
    readonly droplet: "there" | "gone" | "unseen";
    readonly status: DestroyStatus;
}

export interface Limits {
    /** Rounds after the first. */
    readonly retries: number;
}

export type Action =
    /** See whether the Droplet is there. */
    | { readonly do: "look" }
    /** A destroy runs: see what hangs on the Droplet meanwhile. */
    | { readonly do: "take-inventory" }
    /** Nothing to do but to look at the status again later. */
    | { readonly do: "poll"; readonly for: "completion" | "effect" | "droplet" }
    /** The final snapshot is under way: look at it again later, and then at everything. */
    | { readonly do: "await-snapshot"; readonly wait: SnapshotWait }
    /** Wait, and then look at everything again. */
    | { readonly do: "pause"; readonly pauseMs: number; readonly after: "refusal" | "attempt" }
    /** List, plan, and destroy by explicit ids. */
    | { readonly do: "submit" }
    /** The same where DigitalOcean has refused that: repeat what failed, if the plan is nothing else. */
    | { readonly do: "submit-or-retry" }
    /** The Droplet is gone: account for everything, and delete what may be deleted. */
    | { readonly do: "clean-up"; readonly by: "our destroy" | "others"; readonly delete: boolean }
    | { readonly do: "finish" };

/** How long a request that was accepted may show no effect. */
const ACCEPTED_GRACE_MS = 60_000;
/** The same for one whose answer was lost: it may not have arrived. */
const LOST_GRACE_MS = 20_000;
/** How long the Droplet may outlive a destroy that ended well. */
const LINGER_MS = 20_000;
/** Before each round after the first. */
const ROUND_PAUSES_MS = [5_000, 15_000, 45_000] as const;
/** After a refusal, doubled with each. */
const FIRST_BACKOFF_MS = 3_000;
const LONGEST_BACKOFF_MS = 60_000;
/** Refusals that may be a moment's: after them nothing is likely to change. */
const PASSING_REFUSALS = 2;

/**
 * The next step of a teardown: pure, and the same for the first step of a new process as for any other.
 * Droplet there or gone × status none, running, completed × ours or foreign; docs/architecture.md.
 */
export function decide(seen: Observation, memory: Memory, limits: Limits, nowMs: number): Action {
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
            return { do: "look" };
        case "gone":
            return whenGone(status, memory, limits);
        case "there":
            return whenThere(status, memory, limits, nowMs);
        default:
            return droplet satisfies never;
    }
}

/** Whether an answer that contradicts a request just sent may be delay. */
function awaitsEffect(status: DestroyStatus, { sent }: Memory, nowMs: number): boolean {
    if (sent === null || showsEffect(status, sent)) {
        return false;
    }
    const graceMs = sent.answer === "accepted" ? ACCEPTED_GRACE_MS : LOST_GRACE_MS;
    return nowMs - sent.atMs < graceMs;
}

function whenGone(status: DestroyStatus, memory: Memory, limits: Limits): Action {
    const { leftovers, sent, attempts, rested } = memory;
    if (leftovers === "settled") {
        return { do: "finish" };
    }
    const ours = isOurs(status, sent) && endedWell(status);
    const cleanUp = { do: "clean-up", by: ours ? "our destroy" : "others" } as const;
    if (attempts > limits.retries) {
        // Once more without deleting, so that the report knows where everything is.
        return leftovers === "remain" ? { do: "finish" } : { ...cleanUp, delete: false };
    }
    const failed = leftovers === "remain" || (attempts > 0 && !ours);
    return failed && !rested ? pauseBefore(memory) : { ...cleanUp, delete: true };
}

function whenThere(status: DestroyStatus, memory: Memory, limits: Limits, nowMs: number): Action {
    const { attempts, refusals, rested, endSeenAtMs } = memory;
    if (endedWell(status) && endSeenAtMs !== null && nowMs - endSeenAtMs < LINGER_MS) {
        return { do: "poll", for: "droplet" };
    }
    if (attempts > limits.retries) {
        return { do: "finish" };
    }
    if (attempts + refusals > 0 && !rested) {
        return pauseBefore(memory);
    }
    const stuck = status.state === "completed" && !endedWell(status) && refusals >= PASSING_REFUSALS;
    return { do: stuck ? "submit-or-retry" : "submit" };
}

function pauseBefore({ attempts, refusals }: Memory): Action {
    if (refusals > 0) {
        const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** (refusals - 1), LONGEST_BACKOFF_MS);
        return { do: "pause", pauseMs, after: "refusal" };
    }
    const round = Math.min(attempts, ROUND_PAUSES_MS.length) - 1;
    return { do: "pause", pauseMs: ROUND_PAUSES_MS[round] ?? 0, after: "attempt" };
}
