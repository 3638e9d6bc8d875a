import { failuresOf } from "./teardown/failures.js";
import { planFor } from "./teardown/inventory.js";
import type { TeardownRequest } from "./teardown/operation.js";
import { findLeftovers } from "./teardown/leftovers.js";
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
    request: TeardownRequest,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Remains> {
    const status = await api.status(request.dropletId, signal);
    const listed = resourcesOf(status, request.recorded);
    if (status.state === "running") {
        return { unfinished: true, left: listed };
    }
    if (status.state === "none") {
        await confirmSameAccount(request.account, api, signal);
    }
    const gone = [request.dropletId];
    const unaccounted = request.recorded.filter(
        (known) => !listed.some((other) => sameResource(known, other)),
    );
    const leftovers = await findLeftovers(gone, request.recorded, unaccounted, request, api, signal);
    const plan = await planFor(listed, request, api, signal);
    const failures = status.state === "completed" ? failuresOf(status, "absent", null) : [];
    const failed = plan.destroy.filter((resource) =>
        failures.some((failure) => sameResource(failure, resource)),
    );
    return {
        unfinished: failed.length + leftovers.plan.destroy.length > 0,
        left: [...failed, ...leftovers.plan.destroy, ...leftovers.plan.keep, ...leftovers.stranded],
    };
}
