/**
 * Which teardowns the running program declares. A rename without an alias, or a move, is a new resource and
 * the delete of an old one in the same deployment: the old one must not take the Droplet with it.
 */
export class Claims {
    readonly #declared = new Map<number, Set<string>>();
    readonly #created = new Map<number, Set<string>>();

    /** `check` is called for every resource that the program declares, before anything is deleted. */
    declare(dropletId: number, resourceUrn: string): void {
        add(this.#declared, dropletId, resourceUrn);
    }

    /** A teardown has come into being: what is deleted under its name after that is what it replaces. */
    create(dropletId: number, resourceUrn: string | undefined): void {
        if (resourceUrn !== undefined) {
            add(this.#created, dropletId, resourceUrn);
        }
    }

    /**
     * Why the delete of a teardown leaves its Droplet alone; null where it does not. It counts among those that
     * declare the Droplet no more, so that of several that are all deleted the last does not.
     */
    objectionTo(resourceUrn: string | undefined, dropletId: number): string | null {
        if (resourceUrn !== undefined && this.#created.get(dropletId)?.has(resourceUrn) === true) {
            return "its teardown is being replaced";
        }
        const declared = this.#declared.get(dropletId) ?? new Set();
        declared.delete(resourceUrn ?? "");
        const [other] = declared;
        return other === undefined ? null : `${other} tears it down as well`;
    }
}

function add(urns: Map<number, Set<string>>, dropletId: number, urn: string): void {
    urns.set(dropletId, (urns.get(dropletId) ?? new Set()).add(urn));
}
