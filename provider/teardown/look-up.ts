import { ApiError, AuthenticationError } from "./errors.js";
import type { Entry, Ledger, Sight } from "./ledger.js";
import type { DropletApi } from "./ports.js";
import { hasOwnEndpoint } from "./resource.js";

/** Looks up resources at their own endpoints. What cannot be read neither exists nor is gone. */
export async function lookUp(
    entries: readonly Entry[],
    ledger: Ledger,
    api: DropletApi,
    signal: AbortSignal,
): Promise<void> {
    const sights = await Promise.all(entries.map((entry) => sightOf(entry, api, signal)));
    entries.forEach((entry, index) => {
        const sight = sights[index];
        if (sight !== undefined) {
            ledger.found(entry, sight);
        }
    });
}

async function sightOf(entry: Entry, api: DropletApi, signal: AbortSignal): Promise<Sight> {
    if (!hasOwnEndpoint(entry)) {
        return { is: "hidden", why: "its address is not told" };
    }
    try {
        // A single 404 is not believed.
        const found = (await api.find(entry, signal)) ?? (await api.find(entry, signal));
        return found === null ? { is: "gone" } : { is: "there", dropletIds: found.dropletIds };
    } catch (error) {
        if (error instanceof ApiError && !(error instanceof AuthenticationError)) {
            return { is: "hidden", why: error.message };
        }
        throw error;
    }
}
