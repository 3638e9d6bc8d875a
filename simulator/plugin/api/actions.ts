import type { Json } from "../core/props.js";
import { type Api, ApiError } from "./api.js";

export interface Action {
    readonly id: number;
    readonly status: "in-progress" | "completed" | "errored";
    readonly started_at?: string;
}

const ACTION_TIMEOUT_MS = 60 * 60_000;
const PENDING_EVENT_TIMEOUT_MS = 5 * 60_000;
const PENDING_EVENT = "Droplet already has a pending event.";

/** Starts an action and waits until it has completed. */
export async function act(api: Api, path: string, request: Json): Promise<Action> {
    const { action } = await api.post<{ action: Action }>(path, request);
    return api.until(async () => {
        const now = (await api.get<{ action: Action }>(`/v2/actions/${action.id}`)).action;
        if (now.status === "errored") {
            throw new Error(`action ${action.id} has errored`);
        }
        return now.status === "completed" ? now : undefined;
    }, ACTION_TIMEOUT_MS);
}

/** The same, asked again for as long as the Droplet is busy with something else. */
export function actWhenIdle(api: Api, path: string, request: Json): Promise<Action> {
    return api.until(async () => {
        try {
            return await act(api, path, request);
        } catch (error) {
            if (error instanceof ApiError && error.status === 422 && error.reason === PENDING_EVENT) {
                return undefined;
            }
            throw error;
        }
    }, PENDING_EVENT_TIMEOUT_MS);
}

/** Gives a resource the tags it lacks and takes those that it should not have. Tags have no case. */
export async function setTags(
    api: Api,
    resource: { readonly id: string; readonly type: "droplet" | "volume" },
    before: readonly string[],
    after: readonly string[],
): Promise<void> {
    const body = { resources: [{ resource_id: resource.id, resource_type: resource.type }] };
    for (const tag of without(before, after)) {
        await api.delete(`/v2/tags/${encodeURIComponent(tag)}/resources`, body);
    }
    for (const tag of without(after, before)) {
        const made = await api.post<{ tag: { name: string } }>("/v2/tags", { name: tag });
        await api.post(`/v2/tags/${encodeURIComponent(made.tag.name)}/resources`, body);
    }
}

function without(tags: readonly string[], others: readonly string[]): string[] {
    const known = new Set(others.map((tag) => tag.toLowerCase()));
    return tags.filter((tag) => !known.has(tag.toLowerCase()));
}
