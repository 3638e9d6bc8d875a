import type { Call } from "../http/call.js";
import { notFound, unprocessable } from "../http/reply.js";
import { findTag, taggedWith } from "../state/links.js";
import type {
    ActionRecord,
    DropletRecord,
    ReservedIpRecord,
    SnapshotRecord,
    TagRecord,
    VolumeRecord,
} from "../state/records.js";

/** The path parameter; the router has made sure that it is there. */
export function param(call: Call, name: string): string {
    return call.params[name] ?? "";
}

export function lookUpDroplet(call: Call): DropletRecord {
    return found(call.world.state.droplets.find(call.caller.team, Number(param(call, "droplet"))));
}

/** A Droplet named in a body: there a wrong id is not a 404 of the path. */
export function dropletById(call: Call, id: number): DropletRecord {
    const droplet = call.world.state.droplets.find(call.caller.team, id);
    if (droplet === undefined) {
        throw unprocessable("The Droplet was not found.");
    }
    return droplet;
}

export function lookUpVolume(call: Call): VolumeRecord {
    return found(call.world.state.volumes.find(call.caller.team, param(call, "volume")));
}

export function lookUpSnapshot(call: Call): SnapshotRecord {
    return found(call.world.state.snapshots.find(call.caller.team, param(call, "snapshot")));
}

export function lookUpReservedIp(call: Call): ReservedIpRecord {
    return found(call.world.state.reservedIps.find(call.caller.team, param(call, "ip")));
}

/** A tag by the name that the caller gives it. */
export function tagNamed(call: Call, name: string): TagRecord | undefined {
    const { state, settings } = call.world;
    const tag = findTag(state, call.caller.team, name);
    return settings.tagCase === "canonical" && tag?.name !== name ? undefined : tag;
}

export function dropletsTagged(call: Call, name: string): readonly DropletRecord[] {
    const tag = tagNamed(call, name);
    return tag === undefined ? [] : taggedWith(call.world.state, tag).droplets;
}

/** An action, as long as it belongs to what the path names. */
export function lookUpAction(call: Call, resourceKey: string | null): ActionRecord {
    const action = found(call.world.state.actions.find(call.caller.team, Number(param(call, "action"))));
    if (resourceKey !== null && action.resourceKey !== resourceKey) {
        throw notFound();
    }
    return action;
}

export function found<Row>(row: Row | undefined): Row {
    if (row === undefined) {
        throw notFound();
    }
    return row;
}
