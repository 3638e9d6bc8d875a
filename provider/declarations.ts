import type { Props } from "./inputs.js";

/**
 * Which resources the running program declares for which Droplet. `check` is called for every resource of the
 * program, before anything is deleted; `pulumi destroy` does not call it, so nothing else may depend on it.
 */
export class Declarations {
    readonly #declared = new Map<number, Map<string, DeclaredAs>>();
    readonly #created = new Set<string>();

    /**
     * Declares the Droplet of checked inputs, in one of two ways. A Droplet has one teardown.
     * @returns the resource of the program that declares it in the other way; undefined: there is none
     */
    declareAlone({ dropletId, resourceUrn }: Props, as: DeclaredAs): string | undefined {
        if (typeof dropletId !== "number" || typeof resourceUrn !== "string") {
            return undefined;
        }
        this.#declare(dropletId, resourceUrn, as);
        return this.another(dropletId, resourceUrn, as === "record" ? "teardown" : "record");
    }

    /** From now on, a delete under this name is that of the replaced resource. */
    created(resourceUrn: string | undefined): void {
        if (resourceUrn !== undefined) {
            this.#created.add(resourceUrn);
        }
    }

    isReplaced(resourceUrn: string | undefined): boolean {
        return resourceUrn !== undefined && this.#created.has(resourceUrn);
    }

    /** Another resource that declares the Droplet; undefined: there is none. */
    another(dropletId: number, resourceUrn: string | undefined, as?: DeclaredAs): string | undefined {
        const others = [...(this.#declared.get(dropletId) ?? [])];
        return others.find(([urn, how]) => urn !== resourceUrn && (as === undefined || how === as))?.[0];
    }

    /** A resource is being deleted; if several are, the last one destroys. */
    withdraw(dropletId: number, resourceUrn: string | undefined): void {
        this.#declared.get(dropletId)?.delete(resourceUrn ?? "");
    }

    #declare(dropletId: number, resourceUrn: string, as: DeclaredAs): void {
        const urns = this.#declared.get(dropletId) ?? new Map<string, DeclaredAs>();
        this.#declared.set(dropletId, urns.set(resourceUrn, as));
    }
}

/** A Droplet that the program creates, or one from elsewhere. */
type DeclaredAs = "record" | "teardown";
