import type { AssociatedResource } from "../teardown/resource.js";

/** What a record has said of one Droplet before it was deleted. */
export interface HeardDroplet {
    /** The engine has been asked to let it go. */
    readonly marked: boolean;
    /** What belonged to it when it was last recorded. */
    readonly recorded: readonly AssociatedResource[];
}

/** What the record of an executor's Droplet has said in this process. */
export interface Heard {
    readonly droplets: ReadonlyMap<number, HeardDroplet>;
    /** Droplets that the record has let go. */
    readonly released: ReadonlySet<number>;
}

/** The records' last words, by executor. A record is deleted before its executor, mostly in the same process. */
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
