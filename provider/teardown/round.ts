import { refuseWithoutTag } from "./guards.js";
import { RefusedError } from "./errors.js";
import { NOTHING_READ, planFromInventory, planFromList } from "./inventory.js";
import { preventedBy } from "./narrate.js";
import type { Plan } from "./plan.js";
import type { Droplet } from "./model.js";
import type { DropletApi } from "./ports.js";
import type { TeardownRequest } from "./request.js";

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
