import { failuresOf, sameFailures, type Completed, type Failure } from "./failures.js";
import type { SubmitOutcome } from "./ports.js";
import type { DestroyStatus } from "./status.js";

/** What one run remembers of its own requests: plain data. A new process starts with `NOTHING_SENT`. */
export interface Memory {
    /** Destroys and retries of this run that have begun work. */
    readonly rounds: number;
    readonly sent: Sent | null;
    /** Whether a destroy has been seen to run since the last request. */
    readonly ran: boolean;
    /** Since when the present status has shown the end of a destroy that we sent or saw run. */
    readonly completedSinceMs: number | null;
    /** The API answered 404 to a retry. */
    readonly nothingToRetry: boolean;
}

/** The last request that may have begun work. */
export interface Sent {
    readonly outcome: "accepted" | "conflict" | "lost";
    readonly atMs: number;
    /** The finished destroy that the status showed before: it may still show for a while. */
    readonly before: Finished | null;
}

interface Finished {
    readonly completedAt: string;
    readonly failures: readonly Failure[];
}

export const NOTHING_SENT: Memory = {
    rounds: 0,
    sent: null,
    ran: false,
    completedSinceMs: null,
    nothingToRetry: false,
};

/** Memory after a destroy or a retry. A request that certainly had no effect leaves no trace. */
export function afterSending(
    memory: Memory,
    request: "destroy" | "retry",
    outcome: SubmitOutcome["kind"],
    before: DestroyStatus,
    nowMs: number,
): Memory {
    if (outcome === "gone" || outcome === "busy" || outcome === "limited") {
        const nothingToRetry = request === "retry" && outcome === "gone";
        return { ...memory, sent: null, ran: false, completedSinceMs: null, nothingToRetry };
    }
    return {
        rounds: memory.rounds + (outcome === "accepted" ? 1 : 0),
        sent: { outcome, atMs: nowMs, before: before.state === "completed" ? finished(before) : null },
        ran: false,
        completedSinceMs: null,
        nothingToRetry: false,
    };
}

/** Memory after a look at the status: a lost request that shows an effect has arrived after all. */
export function afterSeeing(memory: Memory, status: DestroyStatus, nowMs: number): Memory {
    const { sent } = memory;
    const ran = memory.ran || status.state === "running";
    const effect = sent !== null && showsEffect(status, sent);
    const ended = status.state === "completed" && (sent === null ? ran : effect);
    const arrived: Partial<Memory> =
        effect && sent.outcome === "lost"
            ? { rounds: memory.rounds + 1, sent: { ...sent, outcome: "accepted" } }
            : {};
    return {
        ...memory,
        ...arrived,
        ran,
        completedSinceMs: ended ? (memory.completedSinceMs ?? nowMs) : null,
    };
}

/** Whether what is shown can only come from the request: it runs, or it is another end than before. */
export function showsEffect(status: DestroyStatus, sent: Sent): boolean {
    switch (status.state) {
        case "none":
            return false;
        case "running":
            return true;
        case "completed":
            return !isUnchanged(status, sent);
    }
}

/** Whether the status still shows the very end that it showed before the request. */
export function isUnchanged(status: Completed, sent: Sent): boolean {
    return sent.before?.completedAt === status.completedAt && failedAlike(status, sent);
}

/** Whether the request ended in the failures that there were before it. */
export function failedAlike(status: Completed, sent: Sent): boolean {
    return sent.before !== null && sameFailures(sent.before.failures, finished(status).failures);
}

function finished(status: Completed): Finished {
    return { completedAt: status.completedAt, failures: failuresOf(status, "present", null) };
}
