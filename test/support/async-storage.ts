import type { AsyncLocalStorage } from "node:async_hooks";

/**
 * Pulumi's SDK keeps what belongs to a program in an `AsyncLocalStorage`. From its first use on, Node.js 20 follows
 * every promise of the process, and what runs in it later takes longer. To be called after the last such program of a
 * file.
 */
export function leaveAsyncStorage(): void {
    const { asyncLocalStorage } = globalThis as { asyncLocalStorage?: AsyncLocalStorage<unknown> };
    asyncLocalStorage?.disable();
}
