import type { AssociatedResource } from "../teardown/model.js";

/** What a record hands to its executor about one Droplet. */
export interface HandedOff {
    /** The engine was asked to delete it. */
    readonly marked: boolean;
    /** Its last recorded inventory. */
    readonly recorded: readonly AssociatedResource[];
}

/** What an executor got from its records in this process. */
export interface Handoff {
    readonly droplets: ReadonlyMap<number, HandedOff>;
    /** Droplets that the record released. */
    readonly released: ReadonlySet<number>;
}

/** What records hand to their executors. A record is deleted before its executor, usually in the same process. */
export class RecordHandoff {
    readonly #byExecutor = new Map<string, { droplets: Map<number, HandedOff>; released: Set<number> }>();

    of(executorTag: string): Handoff | null {
        return this.#byExecutor.get(executorTag) ?? null;
    }

    handOver(executorTag: string, dropletId: number, droplet: HandedOff): void {
        this.#entry(executorTag).droplets.set(dropletId, droplet);
    }

    released(executorTag: string, dropletId: number): void {
        this.#entry(executorTag).released.add(dropletId);
    }

    #entry(executorTag: string): { droplets: Map<number, HandedOff>; released: Set<number> } {
        const entry = this.#byExecutor.get(executorTag) ?? { droplets: new Map(), released: new Set() };
        this.#byExecutor.set(executorTag, entry);
        return entry;
    }
}

/** The executors of each stack that are running in this process. */
export class RunningExecutors {
    readonly #counts = new Map<string, number>();

    /** Counts an executor until the returned function is called, which returns whether it was its stack's last. */
    enter(stackTag: string): () => boolean {
        this.#add(stackTag, 1);
        let inside = true;
        return () => {
            if (!inside) {
                return false;
            }
            inside = false;
            return this.#add(stackTag, -1) === 0;
        };
    }

    #add(stackTag: string, change: number): number {
        const count = (this.#counts.get(stackTag) ?? 0) + change;
        this.#counts.set(stackTag, count);
        return count;
    }
}
