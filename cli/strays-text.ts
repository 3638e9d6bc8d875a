import type { Droplet } from "../provider/teardown/model.js";
import { straysOf } from "./fleet.js";
import type { Context } from "./context.js";
import type { Limits } from "./invocation.js";
import type { Order } from "./order.js";
import { count, dropletLabel } from "../provider/teardown/format.js";

/** Finds and reports the Droplets that gained the tag meanwhile. */
export async function tellOfStrays(
    { targets, selected }: Order,
    { timeoutMs }: Limits,
    { session, surroundings, paintProgress }: Context,
): Promise<readonly Droplet[]> {
    const { clock, interrupt, stderr } = surroundings;
    const ids = selected.map(({ id }) => id);
    const reading = { clock, pool: session.pool, timeoutMs };
    const strays = await straysOf(targets.tagName, ids, reading, interrupt);
    const text = straysText(strays, targets.tagName);
    if (text !== "") {
        stderr.write(`${paintProgress("yellow", "note:")} ${text}\n`);
    }
    return strays ?? [];
}

/** Beyond this many, they are only counted. */
const MOST_NAMED = 10;

/**
 * Droplets that gained the tag after planning, for people; "" if there are none.
 * @param strays null: unknown
 */
function straysText(strays: readonly Droplet[] | null, tagName: string | null): string {
    const tag = JSON.stringify(tagName);
    if (strays === null) {
        return `whether more droplets carry the tag ${tag} by now could not be read`;
    }
    if (strays.length === 0) {
        return "";
    }
    const named = strays.slice(0, MOST_NAMED).map(({ id, name }) => dropletLabel(id, name));
    const others = strays.length - named.length;
    const all = [...named, ...(others === 0 ? [] : [`${others} more`])].join(", ");
    return `left alone, because the plan did not have ${strays.length === 1 ? "it" : "them"}: ${count(strays.length, "droplet")} with the tag ${tag}: ${all}`;
}
