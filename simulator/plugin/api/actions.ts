import type { Json } from "../core/props.js";
import { ApiError } from "./api-error.js";
import type { Api } from "./api.js";

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
