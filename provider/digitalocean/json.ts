/** Any JSON object, with unvalidated fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined: the text is not JSON. */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

export function isJsonObject(value: unknown): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
