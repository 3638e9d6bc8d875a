import {
    RefusedError,
    TeardownError,
    AuthenticationError,
    isInterruption,
} from "../provider/teardown/errors.js";
import { type ExpectedAccount, refuseWithoutTag } from "../provider/teardown/guards.js";
import {
    type DesiredOutcome,
    NOTHING_READ,
    planFor,
    planFromInventory,
    probeKinds,
} from "../provider/teardown/inventory.js";
import { type LedgerEntry, Ledger } from "../provider/teardown/ledger.js";
import {
    type AssociatedResource,
    type DestroyStatus,
    type Droplet,
    type Inventory,
    isWithin,
    KINDS_OF_THE_LIST,
    namedIn,
    RESOURCE_KINDS,
    type ResourceKind,
} from "../provider/teardown/model.js";
import { preventedBy } from "../provider/teardown/narrate.js";
import type { Plan } from "../provider/teardown/plan.js";
import type { DropletApi } from "../provider/teardown/ports.js";
import { findRemains } from "../provider/teardown/remains.js";
import type { SelectedDroplet } from "./selection.js";

/** State of a Droplet before anything is done to it. */
export type SurveyState =
    /** It exists, and a teardown would start. */
    | "ready"
    /** Its destroy is running: a teardown would attach to it. */
    | "running"
    /** Gone, but leftovers remain to be destroyed. */
    | "unfinished"
    /** Gone, with everything that should go. */
    | "gone"
    /** A guard or the policy forbids its teardown, or it could not be read. */
    | "refused";

/** The assessment of one Droplet; nothing is changed. */
export interface Survey {
    readonly dropletId: number;
    readonly droplet: Droplet | null;
    readonly state: SurveyState;
    readonly status: DestroyStatus;
    readonly plan: Plan;
    /** What a teardown must know from here: a status may be forgotten, and a list not be readable again. */
    readonly recorded: readonly AssociatedResource[];
    /** Kinds of which nothing is known. */
    readonly unrecorded: readonly ResourceKind[];
    /** Everything known of it. */
    readonly entries: readonly LedgerEntry[];
    /** Why it is refused; null unless it is. */
    readonly refusal: unknown;
    /** Name of the final snapshot that a teardown would take first; null: none. */
    readonly finalSnapshot: string | null;
}

/** A survey before the first step of a teardown is known. */
export type Assessment = Omit<Survey, "finalSnapshot">;

export interface SurveyTerms extends DesiredOutcome {
    /** Tags that a Droplet must carry while it exists. */
    readonly requireTag: readonly string[];
    /** Whether leftovers of a Droplet that is gone may be deleted. */
    readonly mayCleanUp: boolean;
    /** What is known of it from before; it may hang on something else by now, or on nothing. */
    readonly recorded: readonly AssociatedResource[];
    readonly account: ExpectedAccount;
}

/** What a list has shown so far, whatever happens afterwards. */
interface ListRead {
    readonly ledger: Ledger;
    /** Kinds of which nothing is known. */
    unread: readonly ResourceKind[];
}

const NOTHING: Plan = { destroy: [], keep: [], prevented: [], unmatched: [], unread: [] };

/** Assesses one Droplet. The assessment contains what prevents its teardown; a 401 or an interrupt is thrown. */
export async function assess(
    target: SelectedDroplet,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Assessment> {
    const read: ListRead = { ledger: new Ledger(terms.recorded), unread: RESOURCE_KINDS };
    let { droplet } = target;
    try {
        droplet ??= await api.droplet(target.id, signal);
        const status = await api.status(target.id, signal);
        const there =
            droplet === null ? null : await assessPresent(droplet, status, terms, read, api, signal);
        return there ?? (await assessAbsent(target, status, terms, api, signal));
    } catch (error) {
        if (
            !(error instanceof TeardownError) ||
            error instanceof AuthenticationError ||
            isInterruption(error)
        ) {
            throw error;
        }
        // Unknown resources are no reason to forget known ones.
        const { ledger, unread } = read;
        const { entries } = ledger;
        const known = { dropletId: target.id, droplet, recorded: entries, unrecorded: unread, entries };
        const plan = { ...NOTHING, unread };
        return { ...known, status: { state: "none" }, plan, state: "refused", refusal: error };
    }
}

async function assessPresent(
    droplet: Droplet,
    status: DestroyStatus,
    terms: SurveyTerms,
    read: ListRead,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Assessment | null> {
    const { ledger } = read;
    const about = { dropletId: droplet.id, droplet, status, refusal: null };
    const listed = await api.associated(droplet.id, signal);
    if (listed !== null) {
        ledger.listed(listed.resources, droplet.id);
    }
    ledger.shown(status);
    if (listed === null && status.state !== "running") {
        return null;
    }
    const inventory = listed === null ? NOTHING_READ : await probeKinds(listed, RESOURCE_KINDS, api, signal);
    read.unread = inventory.unread;
    if (status.state === "running") {
        const concerned = ledger.entries.filter(({ listed: isListed, claimed }) => isListed || claimed);
        const unread = unreadWhileRunning(inventory, status);
        const plan = { ...(await planFor(concerned, terms, api, signal)), unread };
        ledger.planned(plan);
        const { entries } = ledger;
        // What is kept may already have lost what it was listed by.
        const unrecorded = KINDS_OF_THE_LIST;
        return { ...about, state: "running", plan, recorded: entries, unrecorded, entries };
    }
    const inquiry = { ...terms, dropletId: droplet.id };
    const plan = await planFromInventory(inventory, inquiry, api, signal);
    ledger.planned(plan);
    const refusal = objectionTo(droplet, plan, terms.requireTag);
    const state = refusal === null ? "ready" : "refused";
    const { entries } = ledger;
    return { ...about, state, plan, recorded: entries, unrecorded: plan.unread, entries, refusal };
}

/** A volume that the destroy has taken is in no list, and so are its snapshots, which may stay. */
function unreadWhileRunning(
    { resources, unread }: Inventory,
    status: DestroyStatus,
): readonly ResourceKind[] {
    const volumes = namedIn(status).filter(({ kind }) => kind === "volume");
    return isWithin(volumes, resources) ? unread : [...new Set([...unread, "volume_snapshot" as const])];
}

function objectionTo(droplet: Droplet, plan: Plan, requireTag: readonly string[]): RefusedError | null {
    try {
        refuseWithoutTag(droplet, requireTag);
    } catch (error) {
        if (error instanceof RefusedError) {
            return error;
        }
        throw error;
    }
    return plan.prevented.length > 0 ? new RefusedError(preventedBy(plan.prevented)) : null;
}

async function assessAbsent(
    { id: dropletId, droplet }: SelectedDroplet,
    status: DestroyStatus,
    terms: SurveyTerms,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Assessment> {
    const remains = await findRemains({ ...terms, dropletId }, api, signal, status);
    const keep = remains.left.flatMap((entry) =>
        entry.keep === null ? [] : { ...entry, reason: entry.keep },
    );
    const destroy = remains.status.state === "running" ? remains.left : remains.remaining;
    const plan: Plan = { ...NOTHING, destroy, keep, unread: [...remains.unread, ...KINDS_OF_THE_LIST] };
    const state = status.state === "running" ? "running" : remains.unfinished ? "unfinished" : "gone";
    const { entries } = remains;
    const known = { recorded: entries, unrecorded: KINDS_OF_THE_LIST, entries };
    return { dropletId, droplet, status, state, plan, ...known, refusal: null };
}
