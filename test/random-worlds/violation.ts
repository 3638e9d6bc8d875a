/** Something that must never happen, and that has. */
export class Violation extends Error {
    readonly property: string;

    constructor(property: string, detail: string) {
        super(`${property}: ${detail}`);
        this.name = "Violation";
        this.property = property;
    }

    /** The same with the request at which it happened. */
    at(request: number): this {
        this.message += ` (request ${request})`;
        return this;
    }
}
