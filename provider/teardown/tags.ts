import type { Droplet } from "./model.js";

/** Whether a Droplet carries a tag; DigitalOcean compares tags case-insensitively. */
export function hasTag(droplet: Droplet, tag: string): boolean {
    return droplet.tags.some((own) => own.toLowerCase() === tag.toLowerCase());
}
