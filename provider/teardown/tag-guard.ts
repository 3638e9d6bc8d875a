import { MissingTagError } from "./errors.js";
import type { Droplet } from "./resource.js";

/** Tags that a Droplet must carry, all of them; null: none. */
export type RequiredTags = string | readonly string[] | null;

/** Whether a Droplet carries a tag; DigitalOcean compares tags case-insensitively. */
export function hasTag(droplet: Droplet, tag: string): boolean {
    return droplet.tags.some((own) => own.toLowerCase() === tag.toLowerCase());
}

/**
 * The interlock: a Droplet that no longer carries the tag may belong to somebody else.
 * @param begun whether something has already been destroyed
 * @throws MissingTagError if one of them is missing
 */
export function refuseWithoutTag(droplet: Droplet, required: RequiredTags, begun = false): void {
    const tags = typeof required === "string" ? [required] : (required ?? []);
    const missing = tags.find((tag) => !hasTag(droplet, tag));
    if (missing !== undefined) {
        throw new MissingTagError(missing, begun);
    }
}
