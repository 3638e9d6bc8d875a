import { inventoryText, remainsText } from "./teardown/narrate.js";
import type { Plugin } from "./plugin.js";
import { requestById, requestOfRecord } from "./requests.js";
import type { Runtime } from "./runtime.js";
import { observe } from "./sighting.js";
import { type RecordState, type TeardownByIdState, toOutputs } from "./state.js";
import { perform } from "./task.js";
import { findRemains } from "./teardown/remains.js";
import type { TeardownRequest } from "./teardown/request.js";

/**
 * The read of a resource that knows its Droplet: destroys nothing. The resource leaves state when the Droplet is
 * gone and a delete would have nothing to do.
 */
export async function refresh(
    id: string,
    state: TeardownByIdState | RecordState,
    plugin: Plugin,
): Promise<{ id?: string; props?: Record<string, unknown> }> {
    const { inputs, seen } = state;
    const { dropletId } = inputs;
    const { clock, env } = plugin.runtime;
    const found = await perform(state, plugin, async ({ client: { api }, signal }) => {
        const present = await observe({ dropletId, before: seen }, api, clock, signal);
        return present ?? findRemains(requestOf(state, env), api, signal);
    });
    const narrator = plugin.narrate(inputs);
    if ("droplet" in found) {
        await narrator.announce(inventoryText(found.droplet, found.sighting.inventory, found.unread));
        return { id, props: toOutputs({ inputs, seen: found.sighting }) };
    }
    await narrator.announce(remainsText(dropletId, found.left, found.unread));
    return found.unfinished ? { id, props: toOutputs(state) } : {};
}

function requestOf({ inputs, seen }: TeardownByIdState | RecordState, env: Runtime["env"]): TeardownRequest {
    return "by" in inputs ? requestById({ inputs, seen }, env) : requestOfRecord({ inputs, seen }, env);
}
