import { clone, type Resource } from "./resource.js";

/** The state of a stack while an operation works on it: what was there before, and what the operation has made of it. */
export class Snapshot {
    #base: readonly Resource[];
    readonly #made: Resource[] = [];
    readonly #done = new Set<Resource>();

    constructor(base: readonly Resource[]) {
        this.#base = base;
    }

    /** What was there before, as objects that the operation may mark. */
    get base(): readonly Resource[] {
        return this.#base;
    }

    /** After a refresh, something else was there before. */
    rebase(base: readonly Resource[]): void {
        this.#base = base;
    }

    add(resource: Resource): void {
        this.#made.push(resource);
    }

    /** Another one stands for it, or nothing any more. */
    done(resource: Resource): void {
        this.#done.add(resource);
    }

    /** What would be in the state's file now. A resource comes after everything that it depends on. */
    written(): Resource[] {
        return [...this.#made, ...this.#base].filter((resource) => !this.#done.has(resource)).map(clone);
    }
}
