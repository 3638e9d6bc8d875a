import { randomUUID } from "node:crypto";
import { act } from "../api/actions.js";
import { type Api, ApiError } from "../api/api.js";
import { compact, integer, type Props, text } from "../core/props.js";
import { type Created, PartialFailure, ProviderPanic, type ResourceType } from "../core/resource.js";
import { awaitDroplet } from "./droplet-wire.js";

/** A reserved IP as the API sends it: what is read of it. */
export interface ReservedIpWire {
    readonly ip: string;
    readonly region: { readonly slug: string };
    readonly droplet?: { readonly id: number; readonly region: { readonly slug: string } } | null;
}

const READY_TIMEOUT_MS = 60 * 60_000;

export const reservedIp: ResourceType = {
    token: "digitalocean:index/reservedIp:ReservedIp",
    inputs: {
        dropletId: { type: "integer" },
        ipAddress: { type: "string", computed: true },
        region: { type: "string", required: true, replaces: true },
    },
    outputs: ["ipAddress", "reservedIpUrn"],
    create,
    read: async (api, id, state) => {
        const found = await getReservedIp(api, id);
        return found === null ? null : { ...state, ...toState(found, state) };
    },
    update: async (api, id, _olds, news) => {
        if (news.dropletId === undefined) {
            await act(api, actions(id), { type: "unassign" });
        } else {
            await assign(api, id, news);
        }
    },
    delete: remove,
};

/** The reserved IP, or null where there is none. */
export async function getReservedIp(api: Api, address: string): Promise<ReservedIpWire | null> {
    return (
        (await api.find<{ reserved_ip: ReservedIpWire }>(`/v2/reserved_ips/${address}`))?.reserved_ip ?? null
    );
}

export function actions(address: string): string {
    return `/v2/reserved_ips/${address}/actions`;
}

async function create(api: Api, inputs: Props): Promise<Created> {
    const answer = await api.post<{ reserved_ip: ReservedIpWire }>("/v2/reserved_ips", {
        region: text(inputs, "region"),
    });
    const address = answer.reserved_ip.ip;
    try {
        if (inputs.dropletId !== undefined) {
            await assign(api, address, inputs);
        }
        const now = (await getReservedIp(api, address)) ?? answer.reserved_ip;
        return { id: address, state: { ...inputs, ...toState(now, inputs) } };
    } catch (error) {
        throw new PartialFailure(address, {}, (error as Error).message);
    }
}

async function assign(api: Api, address: string, props: Props): Promise<void> {
    const dropletId = integer(props, "dropletId");
    await awaitDroplet(api, String(dropletId), (now) => now.status === "active", READY_TIMEOUT_MS);
    await act(api, actions(address), { type: "assign", droplet_id: dropletId });
}

async function remove(api: Api, id: string, state: Props): Promise<void> {
    if (state.dropletId !== undefined) {
        await unassign(api, id);
    }
    try {
        await api.delete(`/v2/reserved_ips/${id}`);
    } catch (error) {
        throw new Error(`Error deleting reserved IP: ${(error as Error).message}`, { cause: error });
    }
}

async function unassign(api: Api, id: string): Promise<void> {
    try {
        await act(api, actions(id), { type: "unassign" });
    } catch (error) {
        // 422: it is assigned to nothing.
        if (!(error instanceof ApiError) || error.status !== 422) {
            throw new Error(
                `Error unassigning reserved IP (${id}) from the droplet: ${(error as Error).message}`,
                { cause: error },
            );
        }
    }
}

function toState(wire: ReservedIpWire, state: Props): Props {
    const assigned = state.dropletId === undefined ? undefined : wire.droplet;
    return compact({
        region: assigned?.region.slug ?? wire.region.slug,
        dropletId: assigned?.id,
        ipAddress: wire.ip,
        reservedIpUrn: `do:reservedip:${wire.ip}`,
    });
}

export const reservedIpAssignment: ResourceType = {
    token: "digitalocean:index/reservedIpAssignment:ReservedIpAssignment",
    inputs: {
        dropletId: { type: "integer", required: true, replaces: true },
        ipAddress: { type: "string", required: true, replaces: true },
    },
    outputs: [],
    create: createAssignment,
    // An address that is gone is an error here, for the official provider too: a refresh fails.
    read: async (api, _id, state) => {
        const found = await retrieve(api, state);
        return found.droplet?.id === integer(state, "dropletId") ? state : null;
    },
    delete: removeAssignment,
};

async function createAssignment(api: Api, inputs: Props): Promise<Created> {
    const [address, dropletId] = [text(inputs, "ipAddress"), integer(inputs, "dropletId")];
    try {
        await act(api, actions(address), { type: "assign", droplet_id: dropletId });
    } catch (error) {
        throw new Error(
            `Error Assigning reserved IP (${address}) to the droplet: ${(error as Error).message}`,
            { cause: error },
        );
    }
    return { id: `${dropletId}-${address}-${randomUUID()}`, state: inputs };
}

async function removeAssignment(api: Api, _id: string, state: Props): Promise<void> {
    const found = await retrieve(api, state);
    if (found.droplet === undefined || found.droplet === null) {
        throw new ProviderPanic("panic: runtime error: invalid memory address or nil pointer dereference");
    }
    if (found.droplet.id !== integer(state, "dropletId")) {
        return;
    }
    const address = text(state, "ipAddress");
    try {
        await act(api, actions(address), { type: "unassign" });
    } catch (error) {
        throw new Error(
            `Error unassigning reserved IP (${address}) from the droplet: ${(error as Error).message}`,
            { cause: error },
        );
    }
}

async function retrieve(api: Api, state: Props): Promise<ReservedIpWire> {
    try {
        const path = `/v2/reserved_ips/${text(state, "ipAddress")}`;
        return (await api.get<{ reserved_ip: ReservedIpWire }>(path)).reserved_ip;
    } catch (error) {
        throw new Error(`Error retrieving reserved IP: ${(error as Error).message}`, { cause: error });
    }
}
