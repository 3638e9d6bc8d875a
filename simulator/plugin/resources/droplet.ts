import { type Api, explained } from "../api/api.js";
import { compact, integer, type Json, type Props, strings, text } from "../core/props.js";
import type { Created, ResourceType } from "../core/resource.js";
import { deleteDroplet } from "./droplet-delete.js";
import { DropletStep, updateDroplet } from "./droplet-update.js";
import { type DropletWire, getDroplet, toState } from "./droplet-wire.js";

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
        return found === null ? null : { ...imported(found), ...state, ...toState(found) };
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
        volumes:
            inputs.volumeIds === undefined ? undefined : strings(inputs, "volumeIds").map((id) => ({ id })),
        vpc_uuid: inputs.vpcUuid,
    });
    const id = String((await post(api, request)).id);
    const step = new DropletStep(api, id, "create");
    await step.run(() =>
        explained(`Error waiting for droplet (${id}) to become ready`, () =>
            step.until((now) => now.status === "active"),
        ),
    );
    return { id, state: { ...inputs, ...step.seen } };
}

async function post(api: Api, request: Props): Promise<DropletWire> {
    return explained("Error creating droplet", async () => {
        return (await api.post<{ droplet: DropletWire }>("/v2/droplets", request)).droplet;
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
