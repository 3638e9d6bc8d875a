/** What the engine and the API exchange: JSON. */
export type Json = null | boolean | number | string | readonly Json[] | Props;

export interface Props {
    readonly [name: string]: Json;
}

/** How the engine writes a value that is not known yet: `pulumi.runtime.unknownValue` of the Node.js SDK. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A property that must be a string by now. */
export function text(props: Props, name: string): string {
    const value = props[name];
    if (typeof value === "number" || typeof value === "boolean") {
        return `${value}`;
    }
    return typeof value === "string" ? value : "";
}

/** A property that must be a whole number by now. */
export function integer(props: Props, name: string): number {
    return Number(props[name]);
}

/** A list of strings; an absent one is empty. Numbers are written out. */
export function strings(props: Props, name: string): string[] {
    const value = props[name];
    return Array.isArray(value) ? value.map(String) : [];
}

export function isSet(value: Json | undefined): value is Exclude<Json, null> {
    return value !== undefined && value !== null;
}

/** The properties that are set. */
export function compact(props: Readonly<Record<string, Json | undefined>>): Props {
    return Object.fromEntries(
        Object.entries(props).filter((entry): entry is [string, Json] => isSet(entry[1])),
    );
}
