import { isWithin, sameResource, type ResourceRef } from "./resource.js";
import { destroyedIn, namedIn, type DestroyStatus } from "./status.js";

/** What one run remembers of its own requests: plain data. A new process starts with `NOTHING_SENT`. */
export interface Memory {
    /** Destroys and retries of this run that were accepted. */
    readonly rounds: number;
    /** Rounds, and cleanings of what the Droplet left. */
    readonly attempts: number;
    /** The last request that may have begun work, as long as its outcome is not another's. */
    readonly sent: Sent | null;
    /** Refusals since the last request that was accepted. */
    readonly refusals: number;
    /** What DigitalOcean answered to the last request that had no effect. */
    readonly lastRefusal: string | null;
    /** Whether there was a pause since the last attempt or refusal. */
    readonly rested: boolean;
    /** When the end of a destroy was first seen that this run sent or saw run. */
    readonly endSeenAtMs: number | null;
    readonly ran: boolean;
    /** Whether the list has been read since the destroy that runs was found. */
    readonly inventoried: boolean;
    /** What the last look after the Droplet's end has come to. */
    readonly leftovers: "unknown" | "settled" | "remain";
    readonly snapshot: SnapshotMemory;
}

/** How far the final snapshot is. */
export interface SnapshotMemory {
    /** What is waited for; null: nothing. */
    readonly wait: SnapshotWait | null;
    /** The action that this run has asked for, or found under way; null: none yet. */
    readonly begun: {
        readonly by: "us" | "lost request" | "others";
        /** When it was sent, or seen at its end. */
        readonly atMs: number;
        /** Ids of the final snapshots that were there when we asked; null: others did. */
        readonly before: readonly string[] | null;
    } | null;
    /** Requests that had no effect, or none that shows. */
    readonly refusals: number;
    readonly lost: number;
    /** Why it will not be taken any more. */
    readonly failure: string | null;
}

export type SnapshotWait =
    | { readonly for: "action"; readonly actionId: number; readonly sinceMs: number }
    /** Something that a look will tell. */
    | { readonly for: "time"; readonly pauseMs: number; readonly why: string };

/** A request that may have begun work. */
export interface Sent {
    readonly answer: "accepted" | "lost";
    readonly resources: readonly ResourceRef[];
    readonly atMs: number;
    /** What the status showed before: it may still show for a while. */
    readonly before: DestroyStatus;
}

export const NOTHING_SENT: Memory = {
    rounds: 0,
    attempts: 0,
    sent: null,
    refusals: 0,
    lastRefusal: null,
    rested: false,
    endSeenAtMs: null,
    ran: false,
    inventoried: false,
    leftovers: "unknown",
    snapshot: { wait: null, begun: null, refusals: 0, lost: 0, failure: null },
};

/** After a 202. */
export function afterAccepted(memory: Memory, sent: Omit<Sent, "answer">): Memory {
    return { ...counted(memory), ...SENT, sent: { ...sent, answer: "accepted" } };
}

/** After an answer that was lost: unless its effect shows, it counts as a refusal. */
export function afterLost(memory: Memory, sent: Omit<Sent, "answer">, message: string): Memory {
    return { ...afterRefusal(memory, message), ...SENT, sent: { ...sent, answer: "lost" } };
}

/** After a request that had no effect: whatever the status shows from now on is not known to be ours. */
export function afterRefusal(memory: Memory, message: string): Memory {
    const refusals = memory.refusals + 1;
    return { ...memory, refusals, lastRefusal: message, sent: null, rested: false, endSeenAtMs: null };
}

/** After a look at the status: a lost request that shows exactly what was sent has arrived after all. */
export function afterSeeing(memory: Memory, status: DestroyStatus, nowMs: number): Memory {
    const { sent } = memory;
    const ran = memory.ran || status.state === "running";
    const effect = sent !== null && showsEffect(status, sent);
    const arrived: Partial<Memory> =
        effect && sent.answer === "lost" && isOurs(status, sent)
            ? { ...counted(memory), sent: { ...sent, answer: "accepted" } }
            : {};
    const ended = status.state === "completed" && (ran || effect);
    const endSeenAtMs = ended ? (memory.endSeenAtMs ?? nowMs) : null;
    return { ...memory, ...arrived, ran, endSeenAtMs, inventoried: memory.inventoried && ran };
}

/** Whether what is shown can only come from the request: it runs, or it is another end than before. */
export function showsEffect(status: DestroyStatus, { before }: Sent): boolean {
    return status.state === "running" || (status.state === "completed" && !isUnchanged(status, before));
}

/**
 * Whether a status speaks of what this run sent: it was accepted and nothing beyond it was touched, or its
 * answer was lost and the status names exactly what was sent.
 */
export function isOurs(status: DestroyStatus, sent: Sent | null): boolean {
    if (sent === null || status.state === "none" || !showsEffect(status, sent)) {
        return false;
    }
    const { resources, before } = sent;
    const named = namedIn(status);
    // A status may go on to name what an earlier round has destroyed.
    const gone = destroyedIn(before);
    const touched = named
        .filter(({ destroyedAt, error }) => destroyedAt !== null || error !== null)
        .filter((one) => !gone.some((other) => sameResource(one, other)));
    return sent.answer === "accepted"
        ? isWithin(touched, resources)
        : isWithin(named, resources) && isWithin(resources, named);
}

const SENT = { rested: false, endSeenAtMs: null, ran: false, leftovers: "unknown" } as const;

function counted(memory: Memory): Memory {
    const { rounds, attempts } = memory;
    return { ...memory, rounds: rounds + 1, attempts: attempts + 1, refusals: 0, lastRefusal: null };
}

function isUnchanged(status: DestroyStatus, before: DestroyStatus): boolean {
    return JSON.stringify(status) === JSON.stringify(before);
}
