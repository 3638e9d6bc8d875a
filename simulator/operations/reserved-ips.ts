import type { Call, Route } from "../http/call.js";
import { number, optionalNumber, optionalText, text } from "../http/fields.js";
import { accepted, created, noContent, ok, page, type Reply, unprocessable } from "../http/reply.js";
import { assignReservedIp, removeReservedIp, unassignReservedIp } from "../state/links.js";
import type { ActionRecord, DropletRecord, ReservedIpRecord } from "../state/records.js";
import { actionView, reservedIpView } from "../views/resources.js";
import { requireRegion } from "./choices.js";
import { createReservedIp } from "./addresses.js";
import { actionLink, listActionsFor, refuseWhilePending, startAction } from "./actions.js";
import { dropletById, lookUpAction, lookUpReservedIp, param } from "./lookup.js";

/** The same addresses under their present and their former name. */
type Kind = "reserved_ip" | "floating_ip";

function create(call: Call, kind: Kind): Reply {
    const { world, caller, body } = call;
    const dropletId = optionalNumber(body, "droplet_id");
    const droplet = dropletId === null || dropletId === 0 ? null : assignable(call, dropletId);
    const region = droplet?.region ?? requireRegion(text(body, "region"));
    const projectId = optionalText(body, "project_id");
    const address = createReservedIp(world, caller.team, region, {
        projectId: projectId === "" ? null : projectId,
    });
    if (droplet === null) {
        return accepted({ [kind]: reservedIpView(world, address), links: {} });
    }
    const action = startAssign(call, kind, address, droplet);
    const links = {
        droplets: [
            {
                id: droplet.id,
                rel: "droplet",
                href: new URL(`/v2/droplets/${droplet.id}`, call.url).href,
            },
        ],
        actions: [actionLink(call.url, action)],
    };
    return accepted({ [kind]: reservedIpView(world, address), links });
}

/** A Droplet that may get an address. */
function assignable(call: Call, dropletId: number): DropletRecord {
    const droplet = dropletById(call, dropletId);
    if (droplet.publicIp === null) {
        throw unprocessable("The Droplet has no public networking.");
    }
    if (call.world.settings.assignDuringEvent === 422) {
        refuseWhilePending(call.world, droplet);
    }
    return droplet;
}

function deletable(call: Call): ReservedIpRecord {
    const { agenda, settings } = call.world;
    const address = lookUpReservedIp(call);
    if (agenda.now() < (address.unassignedAtMs ?? -Infinity) + settings.deleteAfterUnassignMs) {
        throw unprocessable("The reserved IP has a pending event.");
    }
    return address;
}

function act(call: Call, kind: Kind): Reply {
    const address = lookUpReservedIp(call);
    const type = text(call.body, "type");
    switch (type) {
        case "assign": {
            const droplet = assignable(call, number(call.body, "droplet_id"));
            if (droplet.region !== address.region) {
                throw unprocessable("The reserved IP and the Droplet are in different regions.");
            }
            return created({ action: actionView(startAssign(call, kind, address, droplet)) });
        }
        case "unassign":
            if (address.dropletId === null) {
                throw unprocessable("The floating IP is not assigned to a Droplet.");
            }
            return created({
                action: actionView(
                    startAction(call.world, fields(kind, "unassign_ip", address), () =>
                        unassignReservedIp(call.world.state, address, call.world.agenda.now()),
                    ),
                ),
            });
        default:
            throw unprocessable(`Unknown reserved IP action: ${type}`);
    }
}

function startAssign(
    { world }: Call,
    kind: Kind,
    address: ReservedIpRecord,
    droplet: DropletRecord,
): ActionRecord {
    return startAction(world, fields(kind, "assign_ip", address), () => {
        if (world.state.droplets.get(droplet.id) === undefined) {
            throw new Error("the Droplet is gone");
        }
        assignReservedIp(world.state, address, droplet);
    });
}

function fields(kind: Kind, type: string, address: ReservedIpRecord) {
    return {
        type,
        team: address.team,
        resourceType: kind,
        resourceKey: `ip ${address.id}`,
        resourceId: Number(address.associatedId),
        region: address.region,
    } as const;
}

function routes(kind: Kind): Route[] {
    const path = `/v2/${kind}s`;
    return [
        {
            endpoint: `GET ${path}`,
            scopes: ["reserved_ip:read"],
            answer: (call) =>
                page(call, `${kind}s`, call.world.state.reservedIps.list(call.caller.team), (address) =>
                    reservedIpView(call.world, address),
                ),
        },
        {
            endpoint: `POST ${path}`,
            scopes: ["reserved_ip:create"],
            answer: (call) => create(call, kind),
        },
        {
            endpoint: `GET ${path}/:ip`,
            scopes: ["reserved_ip:read"],
            answer: (call) => ok({ [kind]: reservedIpView(call.world, lookUpReservedIp(call)) }),
        },
        {
            endpoint: `DELETE ${path}/:ip`,
            scopes: ["reserved_ip:delete"],
            answer: (call) => {
                removeReservedIp(call.world.state, deletable(call));
                return noContent();
            },
        },
        {
            endpoint: `POST ${path}/:ip/actions`,
            scopes: ["reserved_ip:update"],
            answer: (call) => act(call, kind),
        },
        {
            endpoint: `GET ${path}/:ip/actions`,
            scopes: ["reserved_ip:read"],
            answer: (call) => listActionsFor(call, `ip ${lookUpReservedIp(call).id}`),
        },
        {
            endpoint: `GET ${path}/:ip/actions/:action`,
            scopes: ["reserved_ip:read"],
            answer: (call) => ok({ action: actionView(lookUpAction(call, `ip ${param(call, "ip")}`)) }),
        },
    ];
}

export const reservedIpRoutes: readonly Route[] = [...routes("reserved_ip"), ...routes("floating_ip")];
