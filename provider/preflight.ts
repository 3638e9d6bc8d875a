import { preventedBy } from "./teardown/narrate.js";
import { RefusedError } from "./teardown/errors.js";
import { planFromList } from "./teardown/inventory.js";
import type { TeardownRequest } from "./teardown/operation.js";
import type { DropletApi } from "./teardown/ports.js";

export async function preflight(
    request: TeardownRequest,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const plan = await planFromList(request, api, signal);
    if (plan !== null && plan.prevented.length > 0) {
        throw new RefusedError(preventedBy(plan.prevented));
    }
}
