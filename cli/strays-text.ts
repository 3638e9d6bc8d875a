import type { Droplet } from "../provider/teardown/resource.js";
import { count, dropletLabel } from "../provider/teardown/wording.js";

/** More of them are only counted. */
const MOST_NAMED = 10;

/**
 * Droplets that gained the tag after the plan was made, for people; "" where there are none.
 * @param strays null: nobody knows
 */
export function straysText(strays: readonly Droplet[] | null, tagName: string | null): string {
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
