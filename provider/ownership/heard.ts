import type { AssociatedResource } from "../teardown/resource.js";

/** What a record reported about one Droplet before it was deleted. */
export interface HeardDroplet {
    /** The engine was asked to delete it. */
    readonly marked: boolean;
    /** Its last recorded inventory. */
    readonly recorded: readonly AssociatedResource[];
}

/** What the record of an executor's Droplet reported in this process. */
export interface Heard {
    readonly droplets: ReadonlyMap<number, HeardDroplet>;
    /** Droplets that the record released. */
    readonly released: ReadonlySet<number>;
}

/** The records' last reports, by executor. A record is deleted before its executor, usually in the same process. */
export class LastWords {
    readonly #said = new Map<string, { droplets: Map<number, HeardDroplet>; released: Set<number> }>();

    of(executorTag: string): Heard | null {
        return this.#said.get(executorTag) ?? null;
    }

    asked(executorTag: string, dropletId: number, said: HeardDroplet): void {
        this.#entry(executorTag).droplets.set(dropletId, said);
    }

    released(executorTag: string, dropletId: number): void {
        this.#entry(executorTag).released.add(dropletId);
    }

    #entry(executorTag: string): { droplets: Map<number, HeardDroplet>; released: Set<number> } {
        const entry = this.#said.get(executorTag) ?? { droplets: new Map(), released: new Set() };
        this.#said.set(executorTag, entry);
        return entry;
    }
}
