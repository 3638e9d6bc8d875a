import type { Registration } from "../recorder/registration.js";
import type { StackName } from "../urn.js";
import { Aliases } from "./aliases.js";
import type { Resource } from "./resource.js";

/** What an operation has decided so far, by URN. */
export class Plan {
    /** What was there before the operation, without what was to be deleted. */
    readonly current: ReadonlyMap<string, Resource>;
    readonly #aliases: Aliases;
    /** What the program has registered. */
    readonly registered = new Set<string>();
    readonly creates = new Set<string>();
    readonly updates = new Set<string>();
    readonly replaces = new Set<string>();
    readonly deletes = new Set<string>();
    /** What stays as it is. */
    readonly kept = new Set<string>();
    /** Former URNs of what was left as it was because something depends on it that is no target. */
    readonly left = new Set<string>();
    /** What is registered and not created, because it is no target. */
    readonly skipped = new Set<string>();
    /** Of a `destroy --run-program`: what the program has registered, and is deleted afterwards. */
    readonly toDelete: Resource[] = [];
    /** What was deleted because something else is replaced. */
    readonly deletedBefore = new Set<Resource>();

    constructor(base: readonly Resource[], stack: StackName) {
        this.current = new Map(base.filter((one) => !one.delete).map((one) => [one.urn, one]));
        this.#aliases = new Aliases(stack);
    }

    /** What a resource of the program was before; null: there was none. */
    findOld(registration: Registration): Resource | null {
        return this.#aliases.findOld(registration, this.current);
    }

    /** Whether something was decided about it that is no delete, under its present name. */
    isOperatedOn(urn: string): boolean {
        const present = this.#aliases.presentUrn(urn);
        return [this.kept, this.updates, this.replaces].some((some) => some.has(present));
    }

    /** The same, or a delete: what depends on it cannot be registered any more. */
    isDecided(urn: string): boolean {
        return this.isOperatedOn(urn) || this.creates.has(urn) || this.deletes.has(urn);
    }
}
