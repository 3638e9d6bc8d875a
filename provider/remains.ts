import type { TeardownState } from "./state.js";
import { failuresOf } from "./teardown/failures.js";
import { planFor, type Wishes } from "./teardown/inventory.js";
import { findLeftovers, goneOf } from "./teardown/leftovers.js";
import type { DropletApi } from "./teardown/ports.js";
import { sameResource, type AssociatedResource } from "./teardown/resource.js";
import { confirmSameAccount } from "./teardown/same-account.js";
import { resourcesOf } from "./teardown/tally.js";

/** What a Droplet that is not there leaves. */
export interface Remains {
    /** Whether there is something to tear down: then the resource has to stay in state. */
    readonly unfinished: boolean;
    /** What is known to be left, whether it is to go or to stay. */
    readonly left: readonly AssociatedResource[];
}

/**
 * Finds out what a Droplet that is not there leaves: a destroy that still runs or that failed in something
 * that is to go, snapshots of it or of its predecessors, and what nothing will take any more.
 * @throws RefusedError where the Droplet may only be out of the token's sight
 */
export async function findRemains(
    state: TeardownState,
    wishes: Wishes,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Remains> {
    const status = await api.status(state.inputs.dropletId, signal);
    const listed = resourcesOf(status, state.inventory);
    if (status.state === "running") {
        return { unfinished: true, left: listed };
    }
    if (status.state === "none") {
        await confirmSameAccount({ kind: "recorded", id: state.accountId }, api, signal);
    }
    const gone = [state.inputs.dropletId, ...(await goneOf(state.predecessors, api, signal))];
    const unaccounted = state.inventory.filter(
        (known) => !listed.some((other) => sameResource(known, other)),
    );
    const leftovers = await findLeftovers(gone, state.inventory, unaccounted, wishes, api, signal);
    const plan = await planFor(listed, wishes, api, signal);
    const failures = status.state === "completed" ? failuresOf(status, "absent", null) : [];
    const failed = plan.destroy.filter((resource) =>
        failures.some((failure) => sameResource(failure, resource)),
    );
    return {
        unfinished: failed.length + leftovers.plan.destroy.length > 0,
        left: [...failed, ...leftovers.plan.destroy, ...leftovers.plan.keep, ...leftovers.stranded],
    };
}
