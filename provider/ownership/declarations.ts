import type { AssociatedResource, Droplet, ResourceKind } from "../teardown/model.js";

/** A Droplet that the program creates, or one from elsewhere. */
type DeclaredAs = "record" | "teardown";

/**
 * What the running program declares, which tells why a resource is deleted: `check` is called for every resource of
 * the program before anything is deleted, and by no kind of `pulumi destroy`. So one that is declared is deleted
 * because it is replaced, now or by an earlier `up` that was cut short. Any other leaves the program, or the stack
 * is destroyed.
 */
export class Declarations {
    /** The tag of each resource, by its URN; undefined: it has none. */
    readonly #resources = new Map<string, unknown>();
    readonly #dropletByTag = new Map<unknown, number>();
    readonly #byDroplet = new Map<number, Map<string, DeclaredAs>>();

    declare({ resourceUrn, tag, dropletId }: Readonly<Record<string, unknown>>): void {
        if (typeof resourceUrn === "string") {
            this.#resources.set(inAnyStack(resourceUrn), tag);
        }
        if (typeof dropletId === "number" && tag !== undefined) {
            this.#dropletByTag.set(tag, dropletId);
        }
    }

    isReplaced(resourceUrn: string | undefined): boolean {
        return resourceUrn !== undefined && this.#resources.has(inAnyStack(resourceUrn));
    }

    /**
     * Declares the Droplet of checked inputs, in one of two ways. A Droplet has one teardown.
     * @returns the resource of the program that declares it in the other way; undefined: there is none
     */
    declareAlone(
        { dropletId, resourceUrn }: Readonly<Record<string, unknown>>,
        as: DeclaredAs,
    ): string | undefined {
        if (typeof dropletId !== "number" || typeof resourceUrn !== "string") {
            return undefined;
        }
        const urns = this.#byDroplet.get(dropletId) ?? new Map<string, DeclaredAs>();
        this.#byDroplet.set(dropletId, urns.set(resourceUrn, as));
        return this.another(dropletId, resourceUrn, as === "record" ? "teardown" : "record");
    }

    /** The Droplet of the executor that takes the place of a replaced one; undefined: its record did not say so far. */
    dropletOf(executorUrn: string | undefined): number | undefined {
        return this.#dropletByTag.get(this.#resources.get(inAnyStack(executorUrn ?? "")));
    }

    /** Another resource that declares the Droplet; undefined: there is none. */
    another(dropletId: number, resourceUrn: string | undefined, as?: DeclaredAs): string | undefined {
        const others = [...(this.#byDroplet.get(dropletId) ?? [])];
        const own = inAnyStack(resourceUrn ?? "");
        return others.find(([urn, how]) => inAnyStack(urn) !== own && (as === undefined || how === as))?.[0];
    }
}

/** A URN without stack and project: after a `stack rename`, what is stored has the former ones until the next update. */
function inAnyStack(urn: string): string {
    return urn.split("::").slice(2).join("::");
}

/** What a record hands to its executor about one Droplet. */
export interface HandedOff {
    /** As the record read it; null: it was gone, or was not read. */
    readonly droplet: Droplet | null;
    /** The engine was asked to delete it. */
    readonly marked: boolean;
    /** Its last recorded inventory, with what has just been read. */
    readonly recorded: readonly AssociatedResource[];
    /** Kinds that have not been read in this process: the record of them may be old. */
    readonly unrecorded: readonly ResourceKind[];
    /** Snapshots of a replaced Droplet that were taken later: they stay. */
    readonly archives: readonly AssociatedResource[];
    /** Ids and addresses of what the stack manages and has detached: their own resources delete them. */
    readonly attached: readonly string[];
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

    /** The Droplets that are in no state any more, because their records let them go. */
    letGo(executorTag: string): (Pick<HandedOff, "droplet" | "recorded"> & { readonly dropletId: number })[] {
        return [...(this.of(executorTag)?.droplets ?? [])]
            .filter(([, { droplet, marked }]) => marked || droplet === null)
            .map(([dropletId, { droplet, recorded }]) => ({ dropletId, droplet, recorded }));
    }

    #entry(executorTag: string): { droplets: Map<number, HandedOff>; released: Set<number> } {
        const entry = this.#byExecutor.get(executorTag) ?? { droplets: new Map(), released: new Set() };
        this.#byExecutor.set(executorTag, entry);
        return entry;
    }
}

/** The executors of each stack and team that are running in this process. */
export class RunningExecutors {
    readonly #counts = new Map<string, number>();

    /** Counts an executor until the returned function is called, which returns whether it was the last of its kind. */
    enter(stackTag: string, accountId: string | null): () => boolean {
        const kind = `${accountId ?? ""} ${stackTag}`;
        this.#add(kind, 1);
        let inside = true;
        return () => {
            if (!inside) {
                return false;
            }
            inside = false;
            return this.#add(kind, -1) === 0;
        };
    }

    #add(kind: string, change: number): number {
        const count = (this.#counts.get(kind) ?? 0) + change;
        this.#counts.set(kind, count);
        return count;
    }
}
