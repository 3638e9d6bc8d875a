import type { Droplet } from "../provider/teardown/model.js";
import { findLateArrivals } from "./fleet.js";
import type { Context } from "./context.js";
import type { TimeLimits } from "./invocation.js";
import type { Order } from "./order.js";
import { count, dropletLabel } from "../provider/teardown/format.js";

/** Finds and reports the Droplets that gained the tag meanwhile. */
export async function reportLateArrivals(
    { targets, selected }: Order,
    { timeoutMs }: TimeLimits,
    { session, runtime, paintProgress }: Context,
): Promise<readonly Droplet[]> {
    const { clock, interrupt, stderr } = runtime;
    const ids = selected.map(({ id }) => id);
    const reading = { clock, pool: session.pool, timeoutMs };
    const lateArrivals = await findLateArrivals(targets.tagName, ids, reading, interrupt);
    const text = lateArrivalsText(lateArrivals, targets.tagName);
    if (text !== "") {
        stderr.write(`${paintProgress("yellow", "note:")} ${text}\n`);
    }
    return lateArrivals ?? [];
}

/** Beyond this many, they are only counted. */
const MAX_NAMED = 10;

/**
 * Droplets that gained the tag after planning, for people; "" if there are none.
 * @param lateArrivals null: unknown
 */
function lateArrivalsText(lateArrivals: readonly Droplet[] | null, tagName: string | null): string {
    const tag = JSON.stringify(tagName);
    if (lateArrivals === null) {
        return `whether more droplets carry the tag ${tag} by now could not be read`;
    }
    if (lateArrivals.length === 0) {
        return "";
    }
    const named = lateArrivals.slice(0, MAX_NAMED).map(({ id, name }) => dropletLabel(id, name));
    const others = lateArrivals.length - named.length;
    const all = [...named, ...(others === 0 ? [] : [`${others} more`])].join(", ");
    return `left alone, because the plan did not have ${lateArrivals.length === 1 ? "it" : "them"}: ${count(lateArrivals.length, "droplet")} with the tag ${tag}: ${all}`;
}
