import type { Droplet } from "../teardown/resource.js";

/**
 * Tags and lists of Droplets, as an executor needs them. Reads retry and throw as in `DropletApi`; so do the
 * changes here, all of which may be repeated.
 */
export interface OwnershipApi {
    /** Makes a tag that is on nothing; one that is there already stays as it is. */
    createTag(tag: string, signal: AbortSignal): Promise<void>;
    /** Takes a tag off everything; one that is gone already is no error. */
    deleteTag(tag: string, signal: AbortSignal): Promise<void>;
    /** Takes a tag off one Droplet; where either is gone that is no error. */
    untag(tag: string, dropletId: number, signal: AbortSignal): Promise<void>;
    /** On how many resources a tag is; null: there is no such tag. */
    tagCount(tag: string, signal: AbortSignal): Promise<number | null>;
    /** The names of all tags, from a list that did not change while it was read. */
    tags(signal: AbortSignal): Promise<readonly string[]>;
    /** Droplets by one tag; those with a GPU may be missing. */
    tagged(tag: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Droplets with a GPU, whatever their tags. */
    gpuDroplets(signal: AbortSignal): Promise<readonly Droplet[]>;
    /** Droplets by name, compared without case. */
    named(name: string, signal: AbortSignal): Promise<readonly Droplet[]>;
    /** All Droplets of the account. */
    droplets(signal: AbortSignal): Promise<readonly Droplet[]>;
}
