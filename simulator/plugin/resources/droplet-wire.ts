import type { Api } from "../api/api.js";

interface Network {
    readonly ip_address: string;
    readonly type: "public" | "private";
}

/** A Droplet as the API sends it: what is read of it. */
export interface DropletWire {
    readonly id: number;
    readonly name: string;
    readonly status: "new" | "active" | "off" | "archive";
    readonly locked: boolean;
    readonly created_at: string;
    readonly disk: number;
    readonly memory: number;
    readonly vcpus: number;
    readonly size_slug: string;
    readonly image?: { readonly id: number; readonly slug?: string | null };
    readonly size?: { readonly price_hourly: number; readonly price_monthly: number };
    readonly region: { readonly slug: string };
    readonly networks: { readonly v4: readonly Network[]; readonly v6?: readonly Network[] };
    readonly features?: readonly string[];
    readonly tags: readonly string[];
    readonly volume_ids: readonly string[];
    readonly vpc_uuid?: string;
}

export function dropletPath(id: string): string {
    return `/v2/droplets/${id}`;
}

/** The Droplet, or null where there is none. */
export async function getDroplet(api: Api, id: string): Promise<DropletWire | null> {
    return (await api.find<{ droplet: DropletWire }>(dropletPath(id)))?.droplet ?? null;
}

/** Waits until the Droplet is as wanted and not locked. */
export function awaitDroplet(
    api: Api,
    id: string,
    isAsWanted: (now: DropletWire) => boolean,
    timeoutMs: number,
): Promise<DropletWire> {
    return api.until(async () => {
        const now = await getDroplet(api, id);
        if (now === null) {
            throw new Error(`Error waiting for droplet (${id}): unexpected state 'Not Found'`);
        }
        return !now.locked && isAsWanted(now) ? now : undefined;
    }, timeoutMs);
}
