import { MissingTagError } from "./errors.js";
import type { Droplet } from "./resource.js";

/** Whether a Droplet carries a tag; DigitalOcean compares tags without case. */
export function hasTag(droplet: Droplet, tag: string): boolean {
    return droplet.tags.some((own) => own.toLowerCase() === tag.toLowerCase());
}

/**
 * The interlock: a Droplet that no longer carries the tag belongs to somebody else now.
 * @param begun whether something was destroyed already
 * @throws MissingTagError where it does not
 */
export function refuseWithoutTag(droplet: Droplet, tag: string | null, begun = false): void {
    if (tag === null || hasTag(droplet, tag)) {
        return;
    }
    throw new MissingTagError(tag, begun);
}
