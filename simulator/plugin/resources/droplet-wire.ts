import { type Api, explained } from "../api/api.js";
import { compact, type Props } from "../core/props.js";

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
export function getDroplet(api: Api, id: string): Promise<DropletWire | null> {
    return explained("Error retrieving droplet", async () => {
        return (await api.find<{ droplet: DropletWire }>(dropletPath(id)))?.droplet ?? null;
    });
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

/** What the API says about a Droplet, in the SDK's names. The image is never read back: slugs move on. */
export function toState(wire: DropletWire): Props {
    const features = wire.features ?? [];
    const address = (type: string): string =>
        wire.networks.v4.find((net) => net.type === type)?.ip_address ?? "";
    return compact({
        backups: features.includes("backups"),
        createdAt: wire.created_at,
        disk: wire.disk,
        dropletUrn: `do:droplet:${wire.id}`,
        ipv4Address: address("public"),
        ipv4AddressPrivate: address("private"),
        ipv6: features.includes("ipv6"),
        ipv6Address: wire.networks.v6?.find((net) => net.type === "public")?.ip_address.toLowerCase() ?? "",
        locked: wire.locked,
        memory: wire.memory,
        monitoring: features.includes("monitoring"),
        name: wire.name,
        priceHourly: wire.size?.price_hourly,
        priceMonthly: wire.size?.price_monthly,
        privateNetworking: features.includes("private_networking"),
        region: wire.region.slug,
        size: wire.size_slug,
        status: wire.status,
        tags: wire.tags,
        vcpus: wire.vcpus,
        volumeIds: wire.volume_ids,
        vpcUuid: wire.vpc_uuid,
    });
}
