import { type Api, ApiError } from "../api/api.js";
import { compact, type Props, text } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";

interface RecordWire {
    readonly id: number;
    readonly type: string;
    readonly name: string;
    readonly data: string;
    readonly ttl: number;
    readonly priority?: number | null;
    readonly port?: number | null;
    readonly weight?: number | null;
}

/** The API shows their hosts without the final dot, the official provider with it. */
const POINTS_AT_A_HOST: readonly string[] = ["CNAME", "MX", "NS", "SRV", "CAA"];

export const domain: ResourceType = {
    token: "digitalocean:index/domain:Domain",
    inputs: {
        ipAddress: { type: "string", replaces: true },
        name: { type: "string", required: true, replaces: true },
    },
    outputs: ["domainUrn", "ttl"],
    create: async (api, inputs) => {
        const request = compact({ name: inputs.name, ip_address: inputs.ipAddress });
        const answer = await api.post<{ domain: { ttl: number | null } }>("/v2/domains", request);
        return {
            id: text(inputs, "name"),
            state: { ...inputs, ...domainState(text(inputs, "name"), answer.domain) },
        };
    },
    read: async (api, id, state) => {
        const found = await api.find<{ domain: { ttl: number | null } }>(`/v2/domains/${id}`);
        return found === null ? null : { ...state, ...domainState(id, found.domain) };
    },
    delete: async (api, id) => {
        try {
            await api.delete(`/v2/domains/${id}`);
        } catch (error) {
            throw new Error(`Error deleting Domain: ${(error as Error).message}`, { cause: error });
        }
    },
};

function domainState(name: string, wire: { readonly ttl: number | null }): Props {
    return compact({ name, domainUrn: `do:domain:${name}`, ttl: wire.ttl });
}

export const dnsRecord: ResourceType = {
    token: "digitalocean:index/dnsRecord:DnsRecord",
    inputs: {
        domain: { type: "string", required: true, replaces: true },
        flags: { type: "integer" },
        name: { type: "string", required: true },
        port: { type: "integer" },
        priority: { type: "integer" },
        tag: { type: "string" },
        ttl: { type: "integer", computed: true },
        type: { type: "string", required: true, replaces: true },
        value: { type: "string", required: true },
        weight: { type: "integer" },
    },
    outputs: ["fqdn", "ttl"],
    create: createRecord,
    read: async (api, id, state) => {
        const found = await api.find<{ domain_record: RecordWire }>(recordPath(state, id));
        return found === null ? null : { ...state, ...recordState(state, found.domain_record) };
    },
    update: async (api, id, _olds, news) => {
        await api.put(recordPath(news, id), recordRequest(news));
    },
    delete: removeRecord,
};

async function createRecord(api: Api, inputs: Props): Promise<Created> {
    const records = `/v2/domains/${text(inputs, "domain")}/records`;
    const { domain_record: created } = await api.post<{ domain_record: RecordWire }>(
        records,
        recordRequest(inputs),
    );
    return { id: String(created.id), state: { ...inputs, ...recordState(inputs, created) } };
}

/** The one delete of the official provider for which "gone already" is success. */
async function removeRecord(api: Api, id: string, state: Props): Promise<void> {
    try {
        await api.delete(recordPath(state, id));
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) {
            throw new Error(`Error deleting record: ${(error as Error).message}`, { cause: error });
        }
    }
}

function recordPath(props: Props, id: string): string {
    return `/v2/domains/${text(props, "domain")}/records/${id}`;
}

function recordRequest(props: Props): Props {
    const own = Object.entries(props).filter(([name]) => !["domain", "value", "__defaults"].includes(name));
    return compact({ ...Object.fromEntries(own), data: props.value });
}

function recordState(props: Props, wire: RecordWire): Props {
    const domainName = text(props, "domain");
    return compact({
        type: wire.type,
        name: wire.name,
        value: POINTS_AT_A_HOST.includes(wire.type) && wire.data !== "@" ? `${wire.data}.` : wire.data,
        ttl: wire.ttl,
        priority: props.priority === undefined ? undefined : wire.priority,
        port: props.port === undefined ? undefined : wire.port,
        weight: props.weight === undefined ? undefined : wire.weight,
        fqdn: wire.name === "@" ? domainName : `${wire.name}.${domainName}`,
    });
}
