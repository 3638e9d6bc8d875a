/**
 * The tags by which an executor knows its Droplets. All of them are objects of their own at DigitalOcean, so
 * that they outlive state; `<hex>` is random, and nobody else's.
 *
 * - `teardown-<hex>` is on every Droplet that the executor destroys,
 * - `teardown-<hex>:<id>`, on nothing, remembers a Droplet,
 * - `teardown-<hex>:<id>:go`, on nothing, marks one that the engine has been asked to let go.
 */
const EXECUTOR_TAG = /^teardown-[0-9a-f]{16}$/;

export function newExecutorTag(randomHex: string): string {
    return `teardown-${randomHex}`;
}

/** DigitalOcean compares tags without case. */
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
    /** The engine has been asked to let these go. */
    readonly marked: ReadonlySet<number>;
}

/** Reads memory and marks out of the tags of an account. A mark remembers as well. */
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
