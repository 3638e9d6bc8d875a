import type { Call, Route } from "../http/call.js";
import { optionalText, text } from "../http/fields.js";
import { conflict, created, noContent, ok, page, type Reply } from "../http/reply.js";
import { REGIONS } from "../state/catalog.js";
import type { VpcRecord } from "../state/records.js";
import { iso } from "../views/resources.js";
import type { World } from "../world.js";
import { requireRegion } from "./choices.js";
import { found, param } from "./lookup.js";

/** Every region has a default VPC from the moment it is needed. */
export function defaultVpc(world: World, team: string, region: string): VpcRecord {
    const { state } = world;
    return (
        state.vpcs.list(team).find((vpc) => vpc.region === region && vpc.isDefault) ??
        addVpc(world, team, { name: `default-${region}`, description: "", region, isDefault: true })
    );
}

function addVpc(
    { state, agenda }: World,
    team: string,
    fields: Pick<VpcRecord, "name" | "description" | "region" | "isDefault"> & { readonly ipRange?: string },
): VpcRecord {
    const ipRange = fields.ipRange ?? `10.${100 + state.vpcs.list(team).length}.0.0/20`;
    return state.vpcs.add({ ...fields, ipRange, id: state.ids.uuid(), team, createdAtMs: agenda.now() });
}

function vpcView(vpc: VpcRecord): object {
    return {
        id: vpc.id,
        urn: `do:vpc:${vpc.id}`,
        created_at: iso(vpc.createdAtMs),
        name: vpc.name,
        description: vpc.description,
        default: vpc.isDefault,
        region: vpc.region,
        ip_range: vpc.ipRange,
    };
}

function lookUpVpc(call: Call): VpcRecord {
    return found(call.world.state.vpcs.find(call.caller.team, param(call, "vpc")));
}

function listVpcs(call: Call): Reply {
    const { world, caller } = call;
    Object.keys(REGIONS).forEach((region) => defaultVpc(world, caller.team, region));
    return page(call, "vpcs", world.state.vpcs.list(caller.team), vpcView);
}

function createVpc(call: Call): Reply {
    const ipRange = optionalText(call.body, "ip_range");
    const vpc = addVpc(call.world, call.caller.team, {
        name: text(call.body, "name"),
        description: optionalText(call.body, "description") ?? "",
        region: requireRegion(text(call.body, "region")),
        isDefault: false,
        ...(ipRange === null || ipRange === "" ? {} : { ipRange }),
    });
    return created({ vpc: vpcView(vpc) });
}

function updateVpc(call: Call): Reply {
    const vpc = lookUpVpc(call);
    vpc.name = optionalText(call.body, "name") ?? vpc.name;
    vpc.description = optionalText(call.body, "description") ?? vpc.description;
    return ok({ vpc: vpcView(vpc) });
}

function members(call: Call, vpc: VpcRecord) {
    return call.world.state.droplets.list(call.caller.team).filter((droplet) => droplet.vpcId === vpc.id);
}

function deleteVpc(call: Call): Reply {
    const vpc = lookUpVpc(call);
    if (members(call, vpc).length > 0) {
        throw conflict("Can not delete VPC with members");
    }
    call.world.state.vpcs.remove(vpc.id);
    return noContent();
}

export const vpcRoutes: readonly Route[] = [
    {
        endpoint: "GET /v2/vpcs",
        scopes: ["vpc:read"],
        answer: listVpcs,
    },
    { endpoint: "POST /v2/vpcs", scopes: ["vpc:create"], answer: createVpc },
    {
        endpoint: "GET /v2/vpcs/:vpc",
        scopes: ["vpc:read"],
        answer: (call) => ok({ vpc: vpcView(lookUpVpc(call)) }),
    },
    { endpoint: "PUT /v2/vpcs/:vpc", scopes: ["vpc:update"], answer: updateVpc },
    { endpoint: "PATCH /v2/vpcs/:vpc", scopes: ["vpc:update"], answer: updateVpc },
    { endpoint: "DELETE /v2/vpcs/:vpc", scopes: ["vpc:delete"], answer: deleteVpc },
    {
        endpoint: "GET /v2/vpcs/:vpc/members",
        scopes: ["vpc:read"],
        answer: (call) =>
            page(call, "members", members(call, lookUpVpc(call)), (droplet) => ({
                name: droplet.name,
                urn: `do:droplet:${droplet.id}`,
                created_at: iso(droplet.createdAtMs),
            })),
    },
];
