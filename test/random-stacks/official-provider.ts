import type { Clock, Fetch } from "../../simulator/index.js";
import { Api } from "../../simulator/plugin/api/api.js";
import { Provider as Official } from "../../simulator/plugin/core/provider.js";
import { PartialFailure, ProviderPanic } from "../../simulator/plugin/core/resource.js";
import { resourceTypes } from "../../simulator/plugin/resources/index.js";
import { asWebFetch } from "../support/web-fetch.js";
import type { Made, Provider } from "./engine/provider.js";

const POLL_MS = 2_000;
const DELETE_TIMEOUT_MS = 60_000;

/** What the official plugin takes from outside. */
export interface OfficialEffects {
    readonly fetch: Fetch;
    readonly clock: Clock;
    readonly token: string;
    /** The name of a resource that has none. */
    readonly newName: (resourceName: string) => string;
}

/** The stand-in of the official plugin, without its wire protocol. */
export function officialProvider({ fetch, clock, token, newName }: OfficialEffects): Provider {
    const provider = new Official(resourceTypes);
    const api = new Api({
        endpoint: "https://api.digitalocean.com",
        token,
        fetch: asWebFetch(fetch),
        sleep: (ms) => clock.sleep(ms),
        pollMs: POLL_MS,
        deleteTimeoutMs: DELETE_TIMEOUT_MS,
    });
    let panic: Error | null = null;
    const alive = async <T>(work: () => Promise<T>): Promise<T> => {
        if (panic !== null) {
            throw panic;
        }
        return work().catch((error: unknown) => {
            panic ??= error instanceof ProviderPanic ? error : null;
            throw error;
        });
    };
    return {
        previewCreate: (urn, inputs) => provider.previewCreate(urn, inputs),
        previewUpdate: (state, news) => provider.previewUpdate(state, news),
        check: async (urn, olds, news) => provider.check(urn, olds, news, newName),
        diff: async (urn, _id, state, news, ignored) => {
            const found = provider.diff(urn, state, news);
            const isSeen = (name: string): boolean => !ignored.includes(name);
            const [changed, replaces] = [found.changed.filter(isSeen), found.replaces.filter(isSeen)];
            const deleteBeforeReplace = found.deleteBeforeReplace && replaces.length > 0;
            return { changes: changed.length > 0, changed, replaces, deleteBeforeReplace };
        },
        create: (urn, inputs) =>
            alive(() =>
                orIncomplete(async () => {
                    const { id, state } = await provider.create(api, urn, inputs);
                    return { id, outputs: state, problem: null };
                }),
            ),
        read: (urn, id, state, inputs) =>
            alive(async () => {
                const found = await provider.read(api, urn, id, state, inputs ?? undefined);
                return found === null ? null : { outputs: found.state, inputs: found.inputs };
            }),
        update: (urn, id, state, news) =>
            alive(() =>
                orIncomplete(async () => {
                    const outputs = await provider.update(api, urn, id, state, news);
                    return { id, outputs, problem: null };
                }),
            ),
        delete: (urn, id, state) => alive(() => provider.delete(api, urn, id, state)),
    };
}

async function orIncomplete(work: () => Promise<Made>): Promise<Made> {
    try {
        return await work();
    } catch (error) {
        if (error instanceof PartialFailure) {
            return { id: error.id, outputs: error.state, problem: error.message };
        }
        throw error;
    }
}
