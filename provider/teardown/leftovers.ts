import { READ_SCOPES } from "./refusals.js";
import { type Approval, isApproved, UNAPPROVED_REASON } from "./terms.js";
import { ForbiddenError, MissingScopeError, UnreadableError } from "./errors.js";
import { FINAL_REASON, isFinal } from "./final-snapshot.js";
import { planFor, type DesiredOutcome } from "./inventory.js";
import { type LedgerEntry, isGone, type Ledger, lookUp } from "./ledger.js";
import type { DropletApi } from "./ports.js";
import { type AssociatedResource, isWithin, type ResourceKind, sameResource } from "./model.js";

/** A Droplet that is gone, and the settings for what it left behind. */
export interface LeftoverRequest extends DesiredOutcome {
    readonly dropletId: number;
    readonly approved: Approval;
    /** Whether it was ours to the end; otherwise nothing of it is deleted. */
    readonly mayCleanUp: boolean;
    /** Whether a final snapshot was to be taken before it went. */
    readonly expectsFinal: boolean;
    /** Whether it had backups, which may be listed as snapshots and have gone with it. */
    readonly hadBackups: boolean;
}

/** What a Droplet that is gone left behind, as just looked up. */
export interface Leftovers {
    /** What the policy destroys and may be deleted individually; attached to nothing. */
    readonly remaining: readonly LedgerEntry[];
    /** What still shows as attached to the Droplet; DigitalOcean detaches it. */
    readonly attached: readonly LedgerEntry[];
    /** Kinds that could not be read. */
    readonly unread: readonly ResourceKind[];
}

export const DETACHED_REASON = "left in place: no longer attached to anything";
const LAST_COPY_REASON = "the droplet went before its final snapshot was taken";
const NOT_OURS_REASON = "left alone: by the end, the droplet may have been somebody else's";

/**
 * Accounts for what a Droplet that is gone left behind: finds its snapshots by their source, and looks up
 * everything else in the ledger.
 * @param by "our destroy" succeeded: then what it names is verified, and what was to be kept has been kept
 * @throws RefusedError if something that the policy destroys is unknown
 */
export async function findLeftovers(
    by: "our destroy" | "others",
    request: LeftoverRequest,
    ledger: Ledger,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Leftovers> {
    const unread = by === "others" ? await findSnapshots(request, ledger, api, signal) : [];
    if (by === "others") {
        // Somebody else may have destroyed the Droplet.
        ledger.unlist();
        await lookUp(ledger.open, ledger, api, signal);
    } else {
        await lookUpDoubtful(request, ledger, api, signal);
    }
    const { open } = ledger;
    const plan = await planFor(open, request, api, signal, {
        objection: (resource) => objectionTo(resource, open, request),
        absent: ledger.entries.filter(isGone),
    });
    ledger.planned(plan);
    const goes = ledger.open.filter((entry) => plan.destroy.some((one) => sameResource(one, entry)));
    const attached = ledger.open.filter((entry) => hangsOn(entry, request.dropletId));
    return {
        attached,
        remaining: goes.filter((entry) => entry.sight.is === "there" && !attached.includes(entry)),
        unread,
    };
}

/** Looks up what our own destroy does not prove; everything, if somebody else has taken part of what was to stay. */
async function lookUpDoubtful(
    { hadBackups }: LeftoverRequest,
    ledger: Ledger,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const kept = ledger.open.filter(({ keep }) => keep !== null);
    // A backup may have been listed as a snapshot, and has gone with the Droplet.
    const maybeBackups = hadBackups ? ledger.open.filter(({ kind }) => kind === "snapshot") : [];
    ledger.unlist(maybeBackups);
    const doubtful = ledger.open.filter((entry) => isWithin([entry], maybeBackups) || isDoubtful(entry));
    await lookUp(doubtful, ledger, api, signal);
    if (kept.some((entry) => ledger.isGone(entry))) {
        const others = ledger.open.filter((entry) => !doubtful.some((one) => sameResource(one, entry)));
        await lookUp(others, ledger, api, signal);
    }
}

/** A listed snapshot that our own destroy did not name still exists; a final snapshot is looked up. */
function isDoubtful(entry: LedgerEntry): boolean {
    if (entry.keep === FINAL_REASON) {
        return true;
    }
    const isSnapshot = entry.kind === "snapshot" || entry.kind === "volume_snapshot";
    return !(isSnapshot && entry.keep !== null && entry.sight.is === "there");
}

/** Why something that the policy destroys is kept anyway, now that the Droplet is gone. */
function objectionTo(
    resource: AssociatedResource,
    open: readonly LedgerEntry[],
    request: LeftoverRequest,
): string | null {
    const { dropletId, approved, mayCleanUp } = request;
    const entry = open.find((other) => sameResource(other, resource));
    if (entry?.sight.is !== "there") {
        return null;
    }
    const others = entry.sight.dropletIds.filter((id) => id !== dropletId);
    if (others.length > 0) {
        return `in use by droplet ${others.join(", ")}`;
    }
    if (resource.kind === "volume_snapshot" && entry.keep !== null) {
        return entry.keep;
    }
    if (resource.kind === "snapshot" && lacksFinal(open, request)) {
        return LAST_COPY_REASON;
    }
    if (!mayCleanUp) {
        return NOT_OURS_REASON;
    }
    if (!entry.claimed) {
        return DETACHED_REASON;
    }
    return isApproved(resource, approved) ? null : UNAPPROVED_REASON;
}

/** Whether the Droplet was gone before its final snapshot was taken: then older ones may be the last copy. */
export function lacksFinal(
    open: readonly LedgerEntry[],
    { expectsFinal, finalSnapshot }: Pick<LeftoverRequest, "expectsFinal" | "finalSnapshot">,
): boolean {
    return expectsFinal && !open.some((entry) => isFinal(entry, finalSnapshot));
}

export function hangsOn({ sight }: LedgerEntry, dropletId: number): boolean {
    return sight.is === "there" && sight.dropletIds.includes(dropletId);
}

/** The kinds that could not be read. */
async function findSnapshots(
    { dropletId, policy, mayCleanUp }: LeftoverRequest,
    ledger: Ledger,
    api: DropletApi,
    signal: AbortSignal,
): Promise<ResourceKind[]> {
    const snapshots = await snapshotsOf(dropletId, api, signal);
    if (snapshots instanceof Error) {
        if (policy.snapshots !== "keep" && mayCleanUp) {
            throw snapshots;
        }
        return ["snapshot"];
    }
    ledger.taken(snapshots);
    return [];
}

async function snapshotsOf(
    dropletId: number,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly AssociatedResource[] | UnreadableError | MissingScopeError> {
    const unseen = "so those of a droplet that is gone would be left behind unseen";
    try {
        const snapshots = await api.snapshotsOf([dropletId], signal);
        return snapshots ?? new UnreadableError(`the list of snapshots answers 404, ${unseen}`);
    } catch (error) {
        if (!(error instanceof ForbiddenError)) {
            throw error;
        }
        return new MissingScopeError(
            `the token cannot read snapshots, ${unseen}. ` +
                `Add the scope ${READ_SCOPES.snapshot.join(" and ")}, or set policy snapshots: "keep"`,
            { cause: error },
        );
    }
}
