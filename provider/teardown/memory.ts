import {
    destroyedIn,
    type DestroyStatus,
    isWithin,
    namedIn,
    type ResourceRef,
    sameResource,
} from "./model.js";

/** What a run remembers of its own requests, as plain data. A new process starts with `NOTHING_SENT`. */
export interface Memory {
    /** Destroys and retries of this run that were accepted. */
    readonly rounds: number;
    /** Rounds, and cleanup passes after the Droplet's end. */
    readonly attempts: number;
    /** The last request that may have started work, until the outcome may be another request's. */
    readonly sent: SentRequest | null;
    /** When it last asked for the Droplet alone to be deleted; null: not, or not since another request. */
    readonly deletedAtMs: number | null;
    /** Refusals since the last accepted request. */
    readonly refusals: number;
    /** When the first of these came, lost answers aside; null: none came. */
    readonly refusedAtMs: number | null;
    /** DigitalOcean's answer to the last request without effect; of a delete of the Droplet alone, why it got lost. */
    readonly lastRefusal: string | null;
    /** Whether there was a pause since the last attempt or refusal. */
    readonly rested: boolean;
    /** When this run first saw the end of a destroy that it sent or saw running. */
    readonly endSeenAtMs: number | null;
    readonly ran: boolean;
    /** Whether the list has been read since a running destroy was found. */
    readonly inventoried: boolean;
    /** Result of the last cleanup pass after the Droplet's end. */
    readonly leftovers: "unknown" | "settled" | "remain";
    readonly snapshot: SnapshotMemory;
}

/** Progress of the final snapshot. */
export interface SnapshotMemory {
    /** What the run waits for; null: nothing. */
    readonly wait: SnapshotWait | null;
    /** The action that this run requested or found in progress; null: none yet. */
    readonly begun: {
        readonly by: "us" | "lost request" | "others";
        /** When it was sent, or its end was seen. */
        readonly atMs: number;
        /** Ids of the final snapshots that existed when we requested ours; null: somebody else requested it. */
        readonly before: readonly string[] | null;
    } | null;
    /** Requests without a visible effect. */
    readonly refusals: number;
    readonly lost: number;
    /** Why the run has given up on it. */
    readonly failure: string | null;
}

export type SnapshotWait =
    | { readonly for: "action"; readonly actionId: number; readonly sinceMs: number }
    /** The next read will tell. */
    | { readonly for: "time"; readonly pauseMs: number; readonly why: string };

/** A request that may have started work. */
export interface SentRequest {
    readonly answer: "accepted" | "lost";
    readonly resources: readonly ResourceRef[];
    readonly atMs: number;
    /** The status before the request, which may still show for a while. */
    readonly before: DestroyStatus;
}

export const NOTHING_SENT: Memory = {
    rounds: 0,
    attempts: 0,
    sent: null,
    deletedAtMs: null,
    refusals: 0,
    refusedAtMs: null,
    lastRefusal: null,
    rested: false,
    endSeenAtMs: null,
    ran: false,
    inventoried: false,
    leftovers: "unknown",
    snapshot: { wait: null, begun: null, refusals: 0, lost: 0, failure: null },
};

/** After a 202. */
export function afterAccepted(memory: Memory, sent: Omit<SentRequest, "answer">): Memory {
    return { ...counted(memory), ...SENT, sent: { ...sent, answer: "accepted" } };
}

/**
 * After asking for the Droplet alone to be deleted: what came of it, the Droplet will tell.
 * @param lost why the answer got lost; null: it was accepted
 */
export function afterDeleted(memory: Memory, lost: string | null, nowMs: number): Memory {
    return { ...counted(memory), ...SENT, sent: null, deletedAtMs: nowMs, lastRefusal: lost };
}

/** After a lost answer: counts as a refusal unless its effect shows. */
export function afterLost(memory: Memory, sent: Omit<SentRequest, "answer">, message: string): Memory {
    const { refusedAtMs } = memory;
    const refused = afterRefusal(memory, message, sent.atMs);
    return { ...refused, ...SENT, refusedAtMs, sent: { ...sent, answer: "lost" } };
}

/** After a request without effect: from now on, a status is not known to be ours. */
export function afterRefusal(memory: Memory, message: string, nowMs: number): Memory {
    const refusals = memory.refusals + 1;
    const refusedAtMs = memory.refusedAtMs ?? nowMs;
    const refused = { refusals, refusedAtMs, lastRefusal: message };
    return { ...memory, ...refused, sent: null, rested: false, endSeenAtMs: null };
}

/** After reading the status: if it shows exactly what was sent, a lost request did arrive. */
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

/** Whether the status can only come from the request: it is running, or ended differently than before. */
export function showsEffect(status: DestroyStatus, { before }: SentRequest): boolean {
    return status.state === "running" || (status.state === "completed" && !isUnchanged(status, before));
}

/**
 * Whether a status is that of this run's request: it was accepted and nothing else was touched, or its answer
 * was lost and the status lists exactly what was sent.
 */
export function isOurs(status: DestroyStatus, sent: SentRequest | null): boolean {
    if (sent === null || status.state === "none" || !showsEffect(status, sent)) {
        return false;
    }
    const { resources, before } = sent;
    const named = namedIn(status);
    // A status may still list what an earlier round destroyed.
    const gone = destroyedIn(before);
    const touched = named
        .filter(({ destroyedAt, error }) => destroyedAt !== null || error !== null)
        .filter((one) => !gone.some((other) => sameResource(one, other)));
    return sent.answer === "accepted"
        ? isWithin(touched, resources)
        : isWithin(named, resources) && isWithin(resources, named);
}

const SENT = {
    rested: false,
    endSeenAtMs: null,
    ran: false,
    leftovers: "unknown",
    deletedAtMs: null,
} as const;

function counted(memory: Memory): Memory {
    const { rounds, attempts } = memory;
    return {
        ...memory,
        rounds: rounds + 1,
        attempts: attempts + 1,
        refusals: 0,
        refusedAtMs: null,
        lastRefusal: null,
    };
}

function isUnchanged(status: DestroyStatus, before: DestroyStatus): boolean {
    return JSON.stringify(status) === JSON.stringify(before);
}
