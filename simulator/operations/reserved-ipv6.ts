import type { Call, Route } from "../http/call.js";
import { number, text } from "../http/fields.js";
import { badRequest, created, noContent, ok, page, type Reply, unprocessable } from "../http/reply.js";
import type { ActionRecord, ReservedIpv6Record } from "../state/records.js";
import { actionView, dropletView, iso } from "../views/resources.js";
import type { World } from "../world.js";
import { requireRegion } from "./choices.js";
import { createReservedIpv6 } from "./addresses.js";
import { startAction } from "./actions.js";
import { dropletById, found, param } from "./lookup.js";

function lookUpReservedIpv6(call: Call): ReservedIpv6Record {
    const address = param(call, "ip").toLowerCase();
    return found(call.world.state.reservedIpv6s.find(call.caller.team, address));
}

function view(world: World, address: ReservedIpv6Record): object {
    const droplet = address.dropletId === null ? undefined : world.state.droplets.get(address.dropletId);
    return {
        ip: address.id,
        region_slug: address.region,
        reserved_at: iso(address.createdAtMs),
        droplet: droplet === undefined ? null : dropletView(world, droplet),
    };
}

function create(call: Call): Reply {
    const region = requireRegion(text(call.body, "region_slug"));
    const address = createReservedIpv6(call.world, call.caller.team, region);
    return created({ reserved_ipv6: view(call.world, address) });
}

function remove(call: Call): Reply {
    const address = lookUpReservedIpv6(call);
    if (address.dropletId !== null) {
        throw badRequest("The reserved IPv6 is assigned to a Droplet.");
    }
    call.world.state.reservedIpv6s.remove(address.id);
    return noContent();
}

function act(call: Call): Reply {
    const address = lookUpReservedIpv6(call);
    const type = text(call.body, "type");
    switch (type) {
        case "assign":
            return created({ action: actionView(assign(call, address)) });
        case "unassign":
            return created({ action: actionView(unassign(call, address)) });
        default:
            throw unprocessable(`Unknown reserved IPv6 action: ${type}`);
    }
}

function assign(call: Call, address: ReservedIpv6Record): ActionRecord {
    const droplet = dropletById(call, number(call.body, "droplet_id"));
    if (droplet.region !== address.region) {
        throw unprocessable("The reserved IPv6 and the Droplet are in different regions.");
    }
    return start(call.world, "assign_ip", address, droplet.id, () => {
        if (call.world.state.droplets.get(droplet.id) === undefined) {
            throw new Error("the Droplet is gone");
        }
        address.dropletId = droplet.id;
    });
}

function unassign(call: Call, address: ReservedIpv6Record): ActionRecord {
    const { dropletId } = address;
    if (dropletId === null) {
        throw unprocessable("The reserved IPv6 is not assigned to a Droplet.");
    }
    return start(call.world, "unassign_ip", address, dropletId, () => {
        address.dropletId = null;
    });
}

function start(
    world: World,
    type: string,
    { id, team, region }: ReservedIpv6Record,
    dropletId: number,
    effect: () => void,
): ActionRecord {
    const subject = { resourceKey: `ipv6 ${id}`, resourceId: dropletId };
    return startAction(world, { type, team, region, resourceType: "reserved_ipv6", ...subject }, effect);
}

const PATH = "/v2/reserved_ipv6";

export const reservedIpv6Routes: readonly Route[] = [
    {
        endpoint: `GET ${PATH}`,
        scopes: ["reserved_ip:read"],
        answer: (call) =>
            page(call, "reserved_ipv6s", call.world.state.reservedIpv6s.list(call.caller.team), (address) =>
                view(call.world, address),
            ),
    },
    { endpoint: `POST ${PATH}`, scopes: ["reserved_ip:create"], answer: create },
    {
        endpoint: `GET ${PATH}/:ip`,
        scopes: ["reserved_ip:read"],
        answer: (call) => ok({ reserved_ipv6: view(call.world, lookUpReservedIpv6(call)) }),
    },
    { endpoint: `DELETE ${PATH}/:ip`, scopes: ["reserved_ip:delete"], answer: remove },
    { endpoint: `POST ${PATH}/:ip/actions`, scopes: ["reserved_ip:update"], answer: act },
];
