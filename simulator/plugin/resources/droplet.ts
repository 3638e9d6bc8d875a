import type { Api } from "../api/api.js";
import { compact, integer, strings, text, type Json, type Props } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";
import { deleteDroplet } from "./droplet-delete.js";
import { updateDroplet } from "./droplet-update.js";
import { awaitDroplet, getDroplet, type DropletWire } from "./droplet-wire.js";

const CREATE_TIMEOUT_MS = 60 * 60_000;

export const droplet: ResourceType = {
    token: "digitalocean:index/droplet:Droplet",
    inputs: {
        backupPolicy: { type: "value" },
        backups: { type: "boolean", default: false },
        dropletAgent: { type: "boolean", replaces: true },
        gpuPartitionMode: { type: "string", replaces: true },
        gracefulShutdown: { type: "boolean", default: false },
        image: { type: "string", required: true, replaces: true },
        ipv6: { type: "boolean", default: false },
        ipv6Address: { type: "string", computed: true },
        monitoring: { type: "boolean", default: false, replaces: true },
        name: { type: "string", required: true },
        privateNetworking: { type: "boolean", computed: true },
        publicNetworking: { type: "boolean", computed: true, replaces: true },
        region: { type: "string", computed: true, replaces: true },
        resizeDisk: { type: "boolean", default: true },
        size: { type: "string", required: true },
        sshKeys: { type: "set", replaces: true },
        tags: { type: "tags" },
        userData: { type: "string", replaces: true },
        volumeIds: { type: "set", computed: true },
        vpcUuid: { type: "string", computed: true, replaces: true },
    },
    outputs: [
        "createdAt",
        "disk",
        "dropletUrn",
        "ipv4Address",
        "ipv4AddressPrivate",
        "ipv6Address",
        "locked",
        "memory",
        "priceHourly",
        "priceMonthly",
        "privateNetworking",
        "region",
        "status",
        "vcpus",
        "volumeIds",
        "vpcUuid",
    ],
    create,
    read: async (api, id, state) => {
        const found = await getDroplet(api, id);
        return found === null ? null : { ...imported(found), ...state, ...stateOf(found) };
    },
    update: updateDroplet,
    delete: deleteDroplet,
};

async function create(api: Api, inputs: Props): Promise<Created> {
    const request = compact({
        name: inputs.name,
        region: inputs.region,
        size: inputs.size,
        image: numberWhereNumeric(text(inputs, "image")),
        ssh_keys:
            inputs.sshKeys === undefined ? undefined : strings(inputs, "sshKeys").map(numberWhereNumeric),
        backups: inputs.backups,
        backup_policy: inputs.backupPolicy,
        ipv6: inputs.ipv6,
        monitoring: inputs.monitoring,
        private_networking: inputs.privateNetworking,
        public_networking: inputs.publicNetworking,
        with_droplet_agent: inputs.dropletAgent,
        user_data: inputs.userData,
        tags: inputs.tags,
        volumes: inputs.volumeIds,
        vpc_uuid: inputs.vpcUuid,
    });
    const created = await post(api, request);
    const active = await awaitDroplet(
        api,
        String(created.id),
        (now) => now.status === "active",
        CREATE_TIMEOUT_MS,
    );
    return { id: String(created.id), state: { ...inputs, ...stateOf(active) } };
}

async function post(api: Api, request: Props): Promise<DropletWire> {
    try {
        return (await api.post<{ droplet: DropletWire }>("/v2/droplets", request)).droplet;
    } catch (error) {
        throw new Error(`Error creating droplet: ${(error as Error).message}`, { cause: error });
    }
}

/** What the API says about a Droplet, in the SDK's names. The image is never read back: slugs move on. */
function stateOf(wire: DropletWire): Props {
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

/** What an import takes from elsewhere than the state. */
function imported(wire: DropletWire): Props {
    const image = wire.image?.slug ?? (wire.image === undefined ? undefined : String(wire.image.id));
    return compact({ image, resizeDisk: true, gracefulShutdown: false });
}

function numberWhereNumeric(value: string): Json {
    return /^\d+$/.test(value) ? integer({ value }, "value") : value;
}
