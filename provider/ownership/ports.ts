import type { Droplet } from "../teardown/resource.js";

/**
 * Tags and lists of Droplets, as an executor needs them. Reads retry and throw as in `DropletApi`; so do the
 * changes, all of which are idempotent.
 */
export interface OwnershipApi {
    /** Creates an unused tag; an existing tag stays as it is. */
    createTag(tag: string, signal: AbortSignal): Promise<void>;
    /** Deletes a tag everywhere; a tag that is already gone is not an error. */
    deleteTag(tag: string, signal: AbortSignal): Promise<void>;
    /** Removes a tag from one Droplet; it is not an error if either is gone. */
    untag(tag: string, dropletId: number, signal: AbortSignal): Promise<void>;
    /** The number of resources with a tag; null: there is no such tag. */
    tagCount(tag: string, signal: AbortSignal): Promise<number | null>;
    /** The names of all tags, from a list that did not change while it was read. */
    tags(signal: AbortSignal): Promise<readonly string[]>;
    /** Droplets with a tag; those with a GPU may be missing. */
    tagged(tag: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Droplets with a GPU, whatever their tags. */
    gpuDroplets(signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Droplets by name, case-insensitive. */
    named(name: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    /** All Droplets of the account. */
    droplets(signal: AbortSignal): Promise<readonly Droplet[]>;
}
