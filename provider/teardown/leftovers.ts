import { keepUnapproved, type Approval } from "./approval.js";
import type { Effects, Narrator } from "./effects.js";
import { ApiError, AuthenticationError, ForbiddenError, MissingScopeError } from "./errors.js";
import { READ_SCOPES, type Wishes } from "./inventory.js";
import { leftoverAnnouncement } from "./narrate.js";
import { makePlan, type KeptResource, type Plan } from "./plan.js";
import type { DropletApi } from "./ports.js";
import type { ReportedResource } from "./report.js";
import { hasOwnEndpoint, sameResource, type AssociatedResource } from "./resource.js";

/** What Droplets that are gone have left behind. */
export interface Leftovers {
    /** Their snapshots, by the policy; the policy prevents nothing any more. */
    readonly plan: Plan;
    /** Volumes, their snapshots and addresses that belonged to them and are still there. */
    readonly stranded: readonly KeptResource[];
}

const STRANDED_REASON = "left behind: it belonged to a droplet that is gone";

/** Droplets that are gone, and what is wished for what they left. */
export interface LeftoverRequest extends Wishes {
    readonly dropletIds: readonly number[];
    /** Droplets that this one replaced; one that still lives is somebody's, and so are its snapshots. */
    readonly predecessors: readonly number[];
    /** An earlier inventory, for costs. */
    readonly recorded: readonly AssociatedResource[];
    /** What of it nothing is known of yet. */
    readonly unaccounted: readonly AssociatedResource[];
    readonly approved: Approval;
}

/** Tears down what Droplets that are gone have left behind, and tells what became of it. */
export async function tearDownLeftovers(
    request: LeftoverRequest,
    { api, narrator, ensureWanted }: Effects,
    signal: AbortSignal,
): Promise<ReportedResource[]> {
    const dropletIds = [...request.dropletIds, ...(await goneOf(request.predecessors, api, signal))];
    if (dropletIds.length === 0) {
        return [];
    }
    const { recorded, unaccounted } = request;
    const leftovers = await findLeftovers(dropletIds, recorded, unaccounted, request, api, signal);
    const agreed = { ...leftovers, plan: keepUnapproved(leftovers.plan, request.approved) };
    await ensureWanted();
    return settle(agreed, api, narrator, signal);
}

/** The Droplets of a list that are not there any more. */
export async function goneOf(
    dropletIds: readonly number[],
    api: DropletApi,
    signal: AbortSignal,
): Promise<number[]> {
    const droplets = await Promise.all(dropletIds.map((id) => api.droplet(id, signal)));
    return dropletIds.filter((_, index) => droplets[index] === null);
}

/**
 * Finds what Droplets that are gone have left behind: their snapshots by whom they were taken of, the rest
 * by looking it up.
 * @param recorded an earlier inventory, for costs
 * @param unaccounted what of it nothing is known of yet
 * @throws RefusedError where snapshots are to go that the token may not read
 */
export async function findLeftovers(
    dropletIds: readonly number[],
    recorded: readonly AssociatedResource[],
    unaccounted: readonly AssociatedResource[],
    wishes: Wishes,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Leftovers> {
    const found = await snapshotsOf(dropletIds, wishes, api, signal);
    const inventory = found.map((snapshot) => ({
        ...snapshot,
        monthlyCost:
            recorded.find((other) => sameResource(other, snapshot))?.monthlyCost ?? snapshot.monthlyCost,
    }));
    const plan = makePlan({ inventory, ...wishes, snapshotsOfKeptVolumes: new Set() });
    const others = unaccounted.filter((resource) => resource.kind !== "snapshot");
    const exist = await Promise.all(others.map((resource) => mayExist(resource, api, signal)));
    return {
        plan: { ...plan, keep: [...plan.keep, ...plan.prevented], prevented: [], unmatched: [] },
        stranded: withReasons(
            others.filter((_, index) => exist[index] === true),
            wishes,
        ),
    };
}

/** Deletes the snapshots that are to go, each by itself, and tells what became of everything. */
async function settle(
    { plan, stranded }: Leftovers,
    api: DropletApi,
    narrator: Narrator,
    signal: AbortSignal,
): Promise<ReportedResource[]> {
    if (plan.destroy.length > 0) {
        await narrator.announce(leftoverAnnouncement(plan.destroy));
    }
    const settled: ReportedResource[] = [];
    for (const snapshot of plan.destroy) {
        settled.push(await deleteSnapshot(snapshot, api, signal));
    }
    const kept = [...plan.keep, ...stranded];
    return [...settled, ...kept.map((resource) => ({ ...resource, outcome: "kept" as const }))];
}

/** What was to stay has stayed; the rest nothing takes any more. */
function withReasons(stranded: readonly AssociatedResource[], wishes: Wishes): KeptResource[] {
    const { keep } = makePlan({ inventory: stranded, ...wishes, snapshotsOfKeptVolumes: new Set() });
    return stranded.map(
        (resource) =>
            keep.find((kept) => sameResource(kept, resource)) ?? { ...resource, reason: STRANDED_REASON },
    );
}

async function snapshotsOf(
    dropletIds: readonly number[],
    wishes: Wishes,
    api: DropletApi,
    signal: AbortSignal,
): Promise<readonly AssociatedResource[]> {
    try {
        return await api.snapshotsOf(dropletIds, signal);
    } catch (error) {
        if (!(error instanceof ForbiddenError)) {
            throw error;
        }
        if (wishes.policy.snapshots === "keep") {
            return [];
        }
        throw new MissingScopeError(
            "the token may not read snapshots, so those of a droplet that is gone would be left behind unseen. " +
                `Give it the scope ${READ_SCOPES.snapshot.join(" and ")}, or set policy snapshots: "keep"`,
            { cause: error },
        );
    }
}

/** What the token may not look up may still be there. */
async function mayExist(
    resource: AssociatedResource,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    try {
        return !hasOwnEndpoint(resource) || (await api.exists(resource, signal));
    } catch (error) {
        if (error instanceof ForbiddenError) {
            return true;
        }
        throw error;
    }
}

/** A snapshot that will not go stops neither the others nor the report. */
async function deleteSnapshot(
    snapshot: AssociatedResource,
    api: DropletApi,
    signal: AbortSignal,
): Promise<ReportedResource> {
    try {
        await api.deleteSnapshot(snapshot.id, signal);
        return { ...snapshot, outcome: "destroyed", reason: null };
    } catch (error) {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            return { ...snapshot, outcome: "failed", reason: error.message };
        }
        throw error;
    }
}
