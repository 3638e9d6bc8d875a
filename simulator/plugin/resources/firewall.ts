import type { Api } from "../api/api.js";
import { compact, type Json, type Props, text } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";

interface FirewallWire {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly created_at: string;
    readonly droplet_ids?: readonly number[] | null;
    readonly tags?: readonly string[] | null;
}

/** The SDK's property of a rule and the API's field, without the prefix "source" or "destination". */
const PEERS = [
    ["Addresses", "addresses"],
    ["DropletIds", "droplet_ids"],
    ["KubernetesIds", "kubernetes_ids"],
    ["LoadBalancerUids", "load_balancer_uids"],
    ["Tags", "tags"],
] as const;

export const firewall: ResourceType = {
    token: "digitalocean:index/firewall:Firewall",
    inputs: {
        dropletIds: { type: "integers" },
        inboundRules: { type: "value" },
        name: { type: "string", required: true },
        outboundRules: { type: "value" },
        tags: { type: "tags" },
    },
    outputs: ["createdAt", "pendingChanges", "status"],
    create,
    read: async (api, id, state) => {
        const found = await api.find<{ firewall: FirewallWire }>(path(id));
        return found === null ? null : { ...state, ...toState(found.firewall) };
    },
    update: async (api, id, _olds, news) => {
        await api.put(path(id), toRequest(news));
    },
    delete: async (api, id) => {
        try {
            await api.delete(path(id));
        } catch (error) {
            throw new Error(`Error deleting firewall: ${(error as Error).message}`, { cause: error });
        }
    },
};

async function create(api: Api, inputs: Props): Promise<Created> {
    const answer = await api.post<{ firewall: FirewallWire }>("/v2/firewalls", toRequest(inputs));
    return { id: answer.firewall.id, state: { ...inputs, ...toState(answer.firewall) } };
}

function path(id: string): string {
    return `/v2/firewalls/${id}`;
}

function toRequest(props: Props): Props {
    return compact({
        name: props.name,
        droplet_ids: props.dropletIds,
        tags: props.tags,
        inbound_rules: rules(props.inboundRules, "source", "sources"),
        outbound_rules: rules(props.outboundRules, "destination", "destinations"),
    });
}

function rules(value: Json | undefined, prefix: string, peers: string): Json {
    const list = Array.isArray(value) ? (value as Props[]) : [];
    return list.map((rule) =>
        compact({
            protocol: rule.protocol,
            ports: text(rule, "portRange") === "" ? "0" : rule.portRange,
            [peers]: compact(
                Object.fromEntries(PEERS.map(([name, field]) => [field, rule[`${prefix}${name}`]])),
            ),
        }),
    );
}

function toState(wire: FirewallWire): Props {
    return {
        name: wire.name,
        createdAt: wire.created_at,
        status: wire.status,
        pendingChanges: [],
        dropletIds: wire.droplet_ids ?? [],
        tags: wire.tags ?? [],
    };
}
