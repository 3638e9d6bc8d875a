import type { Call, Reply } from "../http/message.js";
import { ok } from "../http/message.js";
import type { DestroyRecord } from "../state/records.js";
import { readDestroy } from "../views/destroy.js";
import { remembered } from "./destroy.js";
import { found, param } from "./lookup.js";

/** The last destroy of the Droplet in the path, until the time for which it is kept has passed. */
export function destroyOf(call: Call): DestroyRecord | undefined {
    const { world, caller } = call;
    return remembered(world, world.state.destroys.find(caller.team, Number(param(call, "droplet"))));
}

export function destroyStatus(call: Call): Reply {
    const record = destroyOf(call);
    const answer = record === undefined ? null : readDestroy(call.world, record);
    return ok(found(answer ?? withoutDestroy(call)));
}

/** What a living Droplet has for a status when there is no destroy to tell of. */
function withoutDestroy(call: Call): object | undefined {
    const { state, settings } = call.world;
    const droplet = state.droplets.find(call.caller.team, Number(param(call, "droplet")));
    return droplet !== undefined && settings.statusBeforeDestroy === "empty" ? {} : undefined;
}
