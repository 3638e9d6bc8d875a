import type { Call, Route } from "../http/call.js";
import { flag, type JsonObject, optionalText, text } from "../http/fields.js";
import { created, ok, type Reply, unprocessable } from "../http/reply.js";
import type { ActionRecord, DropletRecord, SnapshotRecord } from "../state/records.js";
import { actionView } from "../views/resources.js";
import type { World } from "../world.js";
import { listActionsFor, startDropletAction } from "./actions.js";
import { backupPolicyIn, findImage, requireSize } from "./choices.js";
import { dropletsTagged, lookUpAction, lookUpDroplet, param } from "./lookup.js";
import { snapshotDroplet } from "./snapshots.js";

function dropletKey(dropletId: number | string): string {
    return `droplet ${dropletId}`;
}

/** What an action does to a Droplet at its end. */
function toEffect(call: Call, droplet: DropletRecord, type: string): () => void {
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
            const startedAtMs = call.world.agenda.now();
            const name = optionalText(body, "name") ?? `${droplet.name}-${startedAtMs}`;
            return () => takeSnapshot(call.world, droplet, name, startedAtMs);
        }
        case "rename": {
            const name = text(body, "name");
            return () => (droplet.name = name);
        }
        case "resize": {
            return resize(body, droplet);
        }
        case "enable_backups":
        case "change_backup_policy": {
            if (type === "change_backup_policy" && droplet.backupPolicy === null) {
                throw unprocessable("Backups are not enabled for this Droplet.");
            }
            const policy = backupPolicyIn(body);
            return () => (droplet.backupPolicy = policy);
        }
        case "disable_backups":
            return () => (droplet.backupPolicy = null);
        case "enable_ipv6":
            return () => (droplet.publicIpv6 ??= call.world.state.ids.addresses().publicIpv6);
        case "rebuild":
        case "restore": {
            const image = findImage(call.world, droplet.team, body.image);
            return () => (droplet.image = image);
        }
        case "password_reset":
        case "change_kernel":
            return () => undefined;
        default:
            throw unprocessable(`Unknown Droplet action: ${type}`);
    }
}

/** A disk grows for good, and only where that is asked for. */
function resize(body: JsonObject, droplet: DropletRecord): () => void {
    const size = requireSize(text(body, "size"));
    if (size.diskGb < droplet.diskGb) {
        throw unprocessable("This size is not available because it has a smaller disk.");
    }
    return () => {
        droplet.size = size.slug;
        droplet.diskGb = flag(body, "disk") ? size.diskGb : droplet.diskGb;
    };
}

/** What the action reports as done may have made nothing, and what it made may be listed later. */
function takeSnapshot(world: World, droplet: DropletRecord, name: string, startedAtMs: number): void {
    const { snapshotResult, snapshotListDelayMs } = world.settings;
    switch (snapshotResult) {
        case "error":
            throw new Error("the snapshot failed");
        case "nothing":
            return;
        case "snapshot":
            world.agenda.later(snapshotListDelayMs, () => {
                snapshotDroplet(world, droplet, name, { startedAtMs });
            });
    }
}

/** A snapshot by hand that takes no time; like every other, it has an action of the same second. */
export function snapshotAtOnce(world: World, droplet: DropletRecord, name: string): SnapshotRecord {
    const { id, team, region } = droplet;
    const nowMs = world.agenda.now();
    world.state.actions.add({
        ...{ id: world.state.ids.action(), team, region, type: "snapshot", status: "completed" },
        ...{ resourceType: "droplet", resourceKey: dropletKey(id), resourceId: id },
        ...{ createdAtMs: nowMs, completedAtMs: nowMs },
    });
    return snapshotDroplet(world, droplet, name);
}

function start(call: Call, droplet: DropletRecord): ActionRecord {
    const type = text(call.body, "type");
    const { snapshotMs } = call.world.settings;
    const durationMs = type === "snapshot" ? snapshotMs : null;
    return startDropletAction(
        call.world,
        droplet,
        {
            type,
            resourceType: "droplet",
            resourceKey: dropletKey(droplet.id),
            resourceId: droplet.id,
            ...(durationMs === null ? {} : { durationMs }),
        },
        toEffect(call, droplet, type),
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
        answer: (call) => created({ action: actionView(start(call, lookUpDroplet(call))) }),
    },
    { endpoint: "POST /v2/droplets/actions", scopes: ["droplet:update"], answer: actByTag },
    {
        endpoint: "GET /v2/droplets/:droplet/actions",
        scopes: ["droplet:read"],
        answer: (call) => listActionsFor(call, dropletKey(lookUpDroplet(call).id)),
    },
    {
        endpoint: "GET /v2/droplets/:droplet/actions/:action",
        scopes: ["droplet:read"],
        answer: (call) => ok({ action: actionView(lookUpAction(call, dropletKey(param(call, "droplet")))) }),
    },
];
