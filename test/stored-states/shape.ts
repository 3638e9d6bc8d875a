/** The types of a value at any depth, without its values: what a newer version has to be able to read. */
export function toShape(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.slice(0, 1).map(toShape);
    }
    if (typeof value === "object" && value !== null) {
        const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
        return Object.fromEntries(entries.map(([name, entry]) => [name, toShape(entry)]));
    }
    return value === null ? "null" : typeof value;
}
