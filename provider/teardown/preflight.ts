import { RefusedError } from "./errors.js";
import { NOTHING_READ, planFromInventory, planFromList } from "./inventory.js";
import { preventedBy } from "./narrate.js";
import type { Plan } from "./plan.js";
import type { DropletApi } from "./ports.js";
import type { TeardownRequest } from "./request.js";
import { confirmSameAccount } from "./same-account.js";
import { refuseWithoutTag } from "./tag-guard.js";

const NOTHING_TO_DO: Plan = { destroy: [], keep: [], prevented: [], unmatched: [], unread: [] };

/**
 * What a teardown would do if it began now; an empty plan where the Droplet is gone. Changes nothing.
 * @throws RefusedError for everything that would refuse it: a missing tag, what the policy prevents, kinds that
 * cannot be read, keep entries of the environment that match nothing, another team's token
 */
export async function preflight(
    request: TeardownRequest,
    api: DropletApi,
    signal: AbortSignal,
): Promise<Plan> {
    const { dropletId, requireTag, account } = request;
    const droplet = await api.droplet(dropletId, signal);
    if (droplet === null) {
        await confirmSameAccount(account, api, signal);
        return NOTHING_TO_DO;
    }
    refuseWithoutTag(droplet, requireTag);
    const plan =
        (await planFromList(request, api, signal)) ??
        (await planFromInventory(NOTHING_READ, request, api, signal));
    if (plan.prevented.length > 0) {
        throw new RefusedError(preventedBy(plan.prevented));
    }
    return plan;
}
