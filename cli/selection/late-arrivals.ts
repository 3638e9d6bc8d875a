import { findLateArrivals } from "../../provider/fleet/teardown-all.js";
import { count, dropletLabel } from "../../provider/teardown/format.js";
import type { Droplet } from "../../provider/teardown/model.js";
import { code } from "../../provider/teardown/report-markdown.js";
import { type Context, inTime } from "../context.js";
import type { Order } from "./order.js";

/** Beyond so many, they are only counted: in a line, and in a list. */
const [MAX_NAMED, MAX_LISTED] = [10, 100];

/** Finds and reports the Droplets that gained the tag after planning: nobody approved their destroy. */
export async function reportLateArrivals(
    { targets: { tagName }, selected, leftAlone }: Order,
    context: Context,
): Promise<readonly Droplet[] | null> {
    const { session, runtime, paintProgress } = context;
    if (tagName === null || selected.length === 0 || runtime.interrupt.aborted) {
        return null;
    }
    const ids = [...selected.map(({ id }) => id), ...(leftAlone ?? []).map(({ droplet }) => droplet.id)];
    const found = await inTime(context, (signal) => findLateArrivals(tagName, ids, session.pool, signal));
    const text = lateArrivalsText(found, tagName);
    if (text !== "") {
        runtime.stderr.write(`${paintProgress("yellow", "note:")} ${text}\n`);
    }
    return found;
}

/**
 * Droplets that gained the tag after planning, for people; "" if there are none.
 * @param lateArrivals null: unknown
 */
function lateArrivalsText(lateArrivals: readonly Droplet[] | null, tagName: string): string {
    const tag = JSON.stringify(tagName);
    if (lateArrivals === null) {
        return `could not check whether more droplets have the tag ${tag}`;
    }
    if (lateArrivals.length === 0) {
        return "";
    }
    const named = lateArrivals.slice(0, MAX_NAMED).map(({ id, name }) => dropletLabel(id, name));
    const others = lateArrivals.length - named.length;
    const all = [...named, ...(others === 0 ? [] : [`${others} more`])].join(", ");
    return `left alone, because the plan did not have ${lateArrivals.length === 1 ? "it" : "them"}: ${count(lateArrivals.length, "droplet")} with the tag ${tag}: ${all}`;
}

/** The same for the Markdown summary; "" if there are none. */
export function lateArrivalsMarkdown(lateArrivals: readonly Droplet[]): string {
    const items = lateArrivals.slice(0, MAX_LISTED).map(({ id, name }) => `- ${code(name)} (${id})`);
    const others = lateArrivals.length - items.length;
    const more = others === 0 ? [] : [`- and ${others} more`];
    return lateArrivals.length === 0
        ? ""
        : `Left alone, because the plan did not have them:\n\n${[...items, ...more].join("\n")}\n\n`;
}
