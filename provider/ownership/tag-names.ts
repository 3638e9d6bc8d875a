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

/** What an executor's tags say about its Droplets. */
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
