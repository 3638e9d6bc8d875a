import { failuresOf } from "./teardown/failures.js";
import { planFor, type Wishes } from "./teardown/inventory.js";
import type { DropletApi } from "./teardown/ports.js";
import { sameResource } from "./teardown/resource.js";
import { confirmSameAccount } from "./teardown/same-account.js";
import { resourcesOf } from "./teardown/tally.js";
import type { TeardownState } from "./state.js";

/**
 * Whether a Droplet that is not there leaves something to tear down: its destroy still runs, or it failed in
 * something that is to go. If so, the resource has to stay in state.
 * @throws RefusedError where the Droplet may only be out of the token's sight
 */
export async function leavesSomething(
    state: TeardownState,
    wishes: Wishes,
    api: DropletApi,
    signal: AbortSignal,
): Promise<boolean> {
    const status = await api.status(state.inputs.dropletId, signal);
    switch (status.state) {
        case "running":
            return true;
        case "none":
            await confirmSameAccount(state.accountId, api, signal);
            return false;
        case "completed": {
            const failures = failuresOf(status, "absent", null);
            const plan = await planFor(resourcesOf(status, state.inventory), wishes, api, signal);
            return failures.some((failure) =>
                plan.destroy.some((resource) => sameResource(resource, failure)),
            );
        }
    }
}
