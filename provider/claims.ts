/**
 * Which teardowns the running program declares. A rename without an alias, or a move, is a new resource and
 * the delete of an old one in the same deployment: the old one must not take the Droplet with it.
 */
export class Claims {
    readonly #byDroplet = new Map<number, Set<string>>();

    /** `check` is called for every resource that the program declares, before anything is deleted. */
    declare(dropletId: number, resourceUrn: string): void {
        const urns = this.#byDroplet.get(dropletId) ?? new Set();
        urns.add(resourceUrn);
        this.#byDroplet.set(dropletId, urns);
    }

    /** Another resource of the program that declares the Droplet. */
    otherThan(resourceUrn: string | undefined, dropletId: number): string | undefined {
        const urns = this.#byDroplet.get(dropletId) ?? [];
        return [...urns].find((urn) => urn !== resourceUrn);
    }
}
