import { unprocessable } from "../http/errors.js";
import { optionalText, text } from "../http/fields.js";
import type { Call, Reply } from "../http/message.js";
import { created, ok } from "../http/message.js";
import type { Route } from "../http/router.js";
import type { ActionRecord, DropletRecord } from "../state/records.js";
import { requireSize } from "../views/common.js";
import { actionView } from "../views/resources.js";
import { listActionsOf, startDropletAction } from "./actions.js";
import { actionOf, dropletOf, dropletsTagged, param } from "./lookup.js";
import { snapshotDroplet } from "./snapshots.js";

function dropletKey(dropletId: number | string): string {
    return `droplet ${dropletId}`;
}

/** What an action does to a Droplet at its end. */
function effectOf(call: Call, droplet: DropletRecord, type: string): () => void {
    const { body } = call;
    switch (type) {
        case "shutdown":
        case "power_off":
            return () => (droplet.status = "off");
        case "power_on":
        case "reboot":
        case "power_cycle":
            return () => (droplet.status = "active");
        case "snapshot": {
            const name = optionalText(body, "name") ?? `${droplet.name}-${call.world.agenda.now()}`;
            const startedAtMs = call.world.agenda.now();
            return () => void snapshotDroplet(call.world, droplet, name, { startedAtMs });
        }
        case "rename": {
            const name = text(body, "name");
            return () => (droplet.name = name);
        }
        case "resize": {
            const { slug } = requireSize(text(body, "size"));
            return () => (droplet.size = slug);
        }
        case "enable_backups":
            return () => (droplet.backups = true);
        case "disable_backups":
            return () => (droplet.backups = false);
        case "enable_ipv6":
            return () => (droplet.publicIpv6 ??= call.world.state.ids.addresses().publicIpv6);
        case "rebuild":
        case "restore":
        case "password_reset":
        case "change_kernel":
            return () => undefined;
        default:
            throw unprocessable(`Unknown Droplet action: ${type}`);
    }
}

function start(call: Call, droplet: DropletRecord): ActionRecord {
    const type = text(call.body, "type");
    return startDropletAction(
        call.world,
        droplet,
        {
            type,
            resourceType: "droplet",
            resourceKey: dropletKey(droplet.id),
            resourceId: droplet.id,
        },
        effectOf(call, droplet, type),
    );
}

function actByTag(call: Call): Reply {
    const tag = call.url.searchParams.get("tag_name") ?? "";
    const tagged = dropletsTagged(call, tag);
    return created({ actions: tagged.map((droplet) => actionView(start(call, droplet))) });
}

export const dropletActionRoutes: readonly Route[] = [
    {
        endpoint: "POST /v2/droplets/:droplet/actions",
        scopes: ["droplet:update"],
        answer: (call) => created({ action: actionView(start(call, dropletOf(call))) }),
    },
    { endpoint: "POST /v2/droplets/actions", scopes: ["droplet:update"], answer: actByTag },
    {
        endpoint: "GET /v2/droplets/:droplet/actions",
        scopes: ["droplet:read"],
        answer: (call) => listActionsOf(call, dropletKey(dropletOf(call).id)),
    },
    {
        endpoint: "GET /v2/droplets/:droplet/actions/:action",
        scopes: ["droplet:read"],
        answer: (call) => ok({ action: actionView(actionOf(call, dropletKey(param(call, "droplet")))) }),
    },
];
