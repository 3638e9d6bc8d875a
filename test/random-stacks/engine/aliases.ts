import type { Alias, Registration } from "../recorder/registration.js";
import { childUrn, parseName, qualifiedType, STACK_TYPE, type StackName } from "../urn.js";
import type { Resource } from "./resource.js";

/** Under which former names the resources of a program are found. */
export class Aliases {
    readonly #stack: StackName;
    /** The former URN of a resource that was found under it, by its URN. */
    readonly #former = new Map<string, string>();
    /** The other way round. */
    readonly #present = new Map<string, string>();

    constructor(stack: StackName) {
        this.#stack = stack;
    }

    /** What a resource was before the operation; null: there was none. */
    findOld(registration: Registration, current: ReadonlyMap<string, Resource>): Resource | null {
        const { urn } = registration;
        const found = [urn, ...this.#aliasUrns(registration)].find((one) => current.has(one));
        if (found !== undefined && found !== urn) {
            this.#former.set(urn, found);
            this.#present.set(found, urn);
        }
        return found === undefined ? null : (current.get(found) ?? null);
    }

    /** What a URN is called after the operation. */
    presentUrn(urn: string): string {
        return this.#present.get(urn) ?? urn;
    }

    /** A child is also looked for below the former name of its parent. */
    #aliasUrns({ aliases, parent, type, name }: Registration): string[] {
        const own = aliases.map((alias) => this.#aliasUrn(alias, parent, type, name));
        const formerParent = this.#former.get(parent);
        if (formerParent === undefined) {
            return own;
        }
        const below = (childType: string, childName: string): string => {
            const rest = childName.startsWith(parseName(parent))
                ? childName.slice(parseName(parent).length)
                : null;
            const former = rest === null ? childName : parseName(formerParent) + rest;
            return childUrn(this.#stack, formerParent, childType, former);
        };
        const inherited = own.map((urn) => below(qualifiedType(urn).split("$").pop() ?? "", parseName(urn)));
        return [...own, below(type, name), ...inherited];
    }

    #aliasUrn(alias: Alias, parent: string, type: string, name: string): string {
        if (alias.urn !== undefined) {
            return alias.urn;
        }
        const given = alias.parent ?? "";
        const above = given === "" ? parent : (this.#former.get(given) ?? given);
        const isTop = above.includes(`::${STACK_TYPE}::`);
        return childUrn(this.#stack, isTop ? "" : above, alias.type ?? type, alias.name ?? name);
    }
}
