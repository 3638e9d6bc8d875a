import type { Droplet } from "../teardown/model.js";

/**
 * The tags by which an executor identifies its Droplets. Tags are separate objects at DigitalOcean, so they
 * outlive state; `<hex>` is random and unique.
 *
 * - `teardown-<hex>` is on every Droplet that the executor destroys,
 * - `teardown-<hex>:<id>`, on nothing, remembers a Droplet,
 * - `teardown-<hex>:<id>:go`, on nothing, marks one that the engine was asked to delete.
 */
const EXECUTOR_TAG = /^teardown-[0-9a-f]{16}$/;

export function newExecutorTag(randomHex: string): string {
    return `teardown-${randomHex}`;
}

/** DigitalOcean compares tags case-insensitively. */
export function isExecutorTag(tag: string): boolean {
    return EXECUTOR_TAG.test(tag.toLowerCase());
}

export function memoryTag(executorTag: string, dropletId: number): string {
    return `${executorTag}:${dropletId}`;
}

export function markTag(executorTag: string, dropletId: number): string {
    return `${executorTag}:${dropletId}:go`;
}

/** The Droplets that an executor's tags name. */
export interface Memory {
    readonly remembered: ReadonlySet<number>;
    /** The engine was asked to delete these. */
    readonly marked: ReadonlySet<number>;
}

/** Reads memory and marks from an account's tags. A mark also counts as memory. */
export function readMemory(executorTag: string, tags: readonly string[]): Memory {
    const [remembered, marked] = [new Set<number>(), new Set<number>()];
    for (const tag of tags.map((name) => name.toLowerCase())) {
        const [, id, mark] = /^:([1-9]\d{0,15})(:go)?$/.exec(after(executorTag, tag)) ?? [];
        if (id !== undefined) {
            remembered.add(Number(id));
            if (mark !== undefined) {
                marked.add(Number(id));
            }
        }
    }
    return { remembered, marked };
}

function after(prefix: string, text: string): string {
    return text.startsWith(prefix.toLowerCase()) ? text.slice(prefix.length) : "";
}

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
    /** How many resources carry a tag; null: there is no such tag. */
    tagCounts(tag: string, signal: AbortSignal): Promise<TagCounts | null>;
    /** The names of all tags. */
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

/** Carriers of a tag, as the tag itself counts them: it also counts what a list does not show yet. */
export interface TagCounts {
    readonly resources: number;
    /** Those of the resources that are Droplets, with a GPU or without. */
    readonly droplets: number;
}

/** Long lists that all resources of a process share; each is as it was a while ago. */
export type SharedLists = Pick<OwnershipApi, "tags" | "gpuDroplets">;
