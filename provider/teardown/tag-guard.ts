import { RefusedError } from "./errors.js";
import type { Droplet } from "./resource.js";
import { printable } from "./wording.js";

/** Whether a Droplet carries a tag; DigitalOcean compares tags without case. */
export function hasTag(droplet: Droplet, tag: string): boolean {
    return droplet.tags.some((own) => own.toLowerCase() === tag.toLowerCase());
}

/**
 * The interlock: a Droplet that no longer carries the tag belongs to somebody else now.
 * @throws RefusedError where it does not
 */
export function refuseWithoutTag(droplet: Droplet, tag: string | null): void {
    if (tag === null || hasTag(droplet, tag)) {
        return;
    }
    throw new RefusedError(
        `nothing was destroyed, because the droplet does not carry the tag ${printable(tag)} that this teardown requires`,
    );
}
