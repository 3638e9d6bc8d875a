import { isApproved, refuseUnapproved, refuseWithoutTag } from "./guards.js";
import { RefusedError, UnreadableError } from "./errors.js";
import { NOTHING_READ, planFor, planFromInventory, planFromList } from "./inventory.js";
import { isGone, lookUp } from "./ledger.js";
import { preventedBy } from "./narrate.js";
import type { Plan } from "./plan.js";
import {
    type AssociatedResource,
    type Droplet,
    isWithin,
    type ResourceRef,
    sameResource,
    undestroyedIn,
} from "./model.js";
import type { Situation } from "./situation.js";
import type { DropletApi } from "./ports.js";
import type { TeardownRequest } from "./request.js";

/**
 * Plans one round for an existing Droplet, and records its list in the ledger.
 * @throws RefusedError if it must not be destroyed, or something is unknown
 */
export async function planRound(droplet: Droplet, situation: Situation): Promise<Plan> {
    const { request, effects, signal, ledger, begun, doubted } = situation;
    const inventory = await situation.list();
    if (inventory === null && !doubted) {
        throw new UnreadableError("the list of what belongs to the droplet answers 404");
    }
    if (inventory === null) {
        ledger.listed([], droplet.id);
    }
    // A keep entry may name something that an earlier round destroyed.
    const inquiry = { ...request, recorded: ledger.entries };
    const plan = await planFromInventory(inventory ?? NOTHING_READ, inquiry, effects.api, signal);
    situation.planned(plan);
    if (plan.prevented.length > 0) {
        throw new RefusedError(preventedBy(plan.prevented, begun));
    }
    refuseUnapproved(plan, request.approved, begun);
    refuseWithoutTag(droplet, request.requireTag, begun);
    return plan;
}

/**
 * Reads what is attached to a Droplet whose destroy is running. Nothing is submitted, so nothing is refused: the
 * next plan deals with what is unknown now.
 */
export async function takeInventory(situation: Situation): Promise<void> {
    const { request, effects, signal } = situation;
    situation.memory = { ...situation.memory, inventoried: true };
    const inventory = await situation.list();
    if (inventory === null) {
        return;
    }
    try {
        situation.planned(await planFromInventory(inventory, request, effects.api, signal));
    } catch (error) {
        if (!(error instanceof RefusedError)) {
            throw error;
        }
    }
}

/**
 * Whether the retry endpoint would do exactly what the round should do: it repeats whatever failed, wherever that
 * is attached by now. So everything is looked up. The list omits failed resources that are no longer attached to
 * anything, such as the snapshot of a volume that is gone; snapshots of the Droplet are found without it.
 */
export async function isRetrySafe(
    resources: readonly AssociatedResource[],
    { request, effects, signal, ledger, seen }: Situation,
): Promise<boolean> {
    const failed = undestroyedIn(seen.status);
    const hanging = resources.filter(({ kind }) => kind !== "snapshot");
    if (!isWithin(hanging, failed)) {
        return false;
    }
    const entries = (): typeof ledger.entries => ledger.open.filter((entry) => isOneOf(entry, failed));
    // Includes what was only recorded; what is gone is not in the plan.
    await lookUp(ledger.open, ledger, effects.api, signal);
    const absent = ledger.entries.filter(isGone);
    const plan = await planFor(ledger.open, request, effects.api, signal, { absent });
    return entries().every(
        (entry) =>
            isOneOf(entry, plan.destroy) &&
            isApproved(entry, request.approved) &&
            entry.sight.is === "there" &&
            entry.sight.dropletIds.every((id) => id === request.dropletId),
    );
}

function isOneOf(entry: ResourceRef, resources: readonly ResourceRef[]): boolean {
    return resources.some((resource) => sameResource(resource, entry));
}

/**
 * Plans a teardown of a Droplet that was just read, as if it started now. Changes nothing.
 * @throws RefusedError for everything that would refuse it: a missing tag, what the policy prevents, kinds that
 * cannot be read, keep entries of the environment that match nothing
 */
export async function preflight(
    droplet: Droplet,
    request: TeardownRequest,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan> {
    refuseWithoutTag(droplet, request.requireTag);
    const plan =
        (await planFromList(request, api, signal)) ??
        (await planFromInventory(NOTHING_READ, request, api, signal));
    if (plan.prevented.length > 0) {
        throw new RefusedError(preventedBy(plan.prevented));
    }
    return plan;
}
