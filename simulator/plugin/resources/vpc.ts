import type { Api } from "../api/api.js";
import { compact, type Props, text } from "../core/props.js";
import type { ResourceType } from "../core/resource.js";

interface VpcWire {
    readonly id: string;
    readonly urn: string;
    readonly created_at: string;
    readonly name: string;
    readonly description: string;
    readonly default: boolean;
    readonly region: string;
    readonly ip_range: string;
}

export const vpc: ResourceType = {
    token: "digitalocean:index/vpc:Vpc",
    inputs: {
        description: { type: "string" },
        ipRange: { type: "string", computed: true, replaces: true },
        name: { type: "string", computed: true },
        region: { type: "string", required: true, replaces: true },
    },
    outputs: ["createdAt", "default", "ipRange", "vpcUrn"],
    create: async (api, inputs) => {
        const { name, description, region, ipRange } = inputs;
        const request = compact({ name, description, region, ip_range: ipRange });
        const answer = await api.post<{ vpc: VpcWire }>("/v2/vpcs", request);
        return { id: answer.vpc.id, state: { ...inputs, ...toState(answer.vpc) } };
    },
    read: async (api, id) => {
        const found = await api.find<{ vpc: VpcWire }>(`/v2/vpcs/${id}`);
        return found === null ? null : toState(found.vpc);
    },
    update: async (api, id, _olds, news) => {
        const { description } = news;
        await api.put(`/v2/vpcs/${id}`, compact({ name: text(news, "name"), description }));
    },
    delete: remove,
};

/** The official provider asks again for two minutes while something is in the VPC; here it fails at once. */
async function remove(api: Api, id: string): Promise<void> {
    try {
        await api.delete(`/v2/vpcs/${id}`);
    } catch (error) {
        throw new Error(`Error deleting VPC: ${(error as Error).message}`, { cause: error });
    }
}

function toState(wire: VpcWire): Props {
    return compact({
        name: wire.name,
        description: wire.description === "" ? undefined : wire.description,
        region: wire.region,
        ipRange: wire.ip_range,
        default: wire.default,
        createdAt: wire.created_at,
        vpcUrn: wire.urn,
    });
}
