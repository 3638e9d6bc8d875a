import { randomUUID } from "node:crypto";

import { act } from "../api/actions.js";
import type { Api } from "../api/api.js";
import { integer, text, type Props } from "../core/props.js";
import { ProviderPanic, type Created, type ResourceType } from "../core/resource.js";
import { actions, type ReservedIpWire } from "./reserved-ip.js";

export const reservedIpAssignment: ResourceType = {
    token: "digitalocean:index/reservedIpAssignment:ReservedIpAssignment",
    inputs: {
        dropletId: { type: "integer", required: true, replaces: true },
        ipAddress: { type: "string", required: true, replaces: true },
    },
    outputs: [],
    create,
    // An address that is gone is an error here, for the official provider too: a refresh fails.
    read: async (api, _id, state) => {
        const found = await retrieve(api, state);
        return found.droplet?.id === integer(state, "dropletId") ? state : null;
    },
    delete: remove,
};

async function create(api: Api, inputs: Props): Promise<Created> {
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

async function remove(api: Api, _id: string, state: Props): Promise<void> {
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
