import { act } from "../api/actions.js";
import { type Api, ApiError } from "../api/api.js";
import type { Props } from "../core/props.js";
import { ProviderPanic } from "../core/resource.js";
import { awaitDroplet, dropletPath, type DropletWire, getDroplet } from "./droplet-wire.js";

/** Deletes a Droplet in the official provider's steps, with its weaknesses. */
export async function deleteDroplet(api: Api, id: string, state: Props): Promise<void> {
    const { volume_ids: volumeIds } = await awaitUnlocked(api, id);
    if (state.gracefulShutdown === true) {
        await api.post(`${dropletPath(id)}/actions`, { type: "shutdown" });
        await awaitDroplet(api, id, (now) => now.status === "off", api.deleteTimeoutMs);
    }
    for (const volumeId of volumeIds) {
        await detach(api, id, volumeId);
    }
    await askForDelete(api, id);
    await awaitGone(api, id);
}

/** Here the official provider stumbles over a Droplet that is gone already. It also learns what is attached. */
function awaitUnlocked(api: Api, id: string): Promise<DropletWire> {
    return api.until(async () => {
        const now = await getDroplet(api, id);
        if (now === null) {
            throw new Error(
                `Error waiting for droplet to be unlocked for destroy (${id}): ` +
                    "unexpected state 'Not Found', wanted target 'false'. last error: %!s(<nil>)",
            );
        }
        return now.locked ? undefined : now;
    }, api.deleteTimeoutMs);
}

async function detach(api: Api, id: string, volumeId: string): Promise<void> {
    try {
        await act(api, `/v2/volumes/${volumeId}/actions`, { type: "detach", droplet_id: Number(id) });
    } catch (error) {
        throw new Error(
            `Error detaching the volumes from the droplet (${id}): ` +
                `Error detaching volume "${volumeId}" from droplet (${id}): ${(error as Error).message}`,
            { cause: error },
        );
    }
}

/** Whatever the API answers, the official provider goes on to wait. */
async function askForDelete(api: Api, id: string): Promise<void> {
    try {
        await api.delete(dropletPath(id));
    } catch (error) {
        if (!(error instanceof ApiError)) {
            // No answer at all is a nil response there.
            throw new ProviderPanic(
                "panic: runtime error: invalid memory address or nil pointer dereference",
            );
        }
    }
}

async function awaitGone(api: Api, id: string): Promise<void> {
    try {
        await api.until(
            async () => ((await getDroplet(api, id)) === null ? true : undefined),
            api.deleteTimeoutMs,
        );
    } catch (error) {
        throw new Error(`Error deleting droplet: ${(error as Error).message}`, { cause: error });
    }
}
