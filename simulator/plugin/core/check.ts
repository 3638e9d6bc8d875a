import { randomBytes } from "node:crypto";

import { UNKNOWN, isSet, type Json, type Props } from "./props.js";
import type { Input, ResourceType } from "./resource.js";

export interface CheckFailure {
    readonly property: string;
    readonly reason: string;
}

export interface Checked {
    readonly inputs: Props;
    readonly failures: readonly CheckFailure[];
}

/** Inputs that the program did not set are listed under this name, as the official provider does. */
export const DEFAULTS = "__defaults";

/** Fills in defaults and names, and gives numbers their type. */
export function check(
    type: ResourceType,
    urn: string,
    olds: Props,
    news: Props,
    autoname: (resourceName: string) => string = madeUp,
): Checked {
    const given = Object.entries(news).filter(([name, value]) => name in type.inputs && isSet(value));
    const inputs: Record<string, Json> = Object.fromEntries(
        given.map(([name, value]) => [name, coerce(type.inputs[name], value)]),
    );
    const defaults: string[] = [];
    for (const [name, input] of Object.entries(type.inputs)) {
        if (name in inputs) {
            continue;
        }
        if (input.default !== undefined) {
            inputs[name] = input.default;
            defaults.push(name);
        } else if (name === "name") {
            inputs[name] = formerName(olds) ?? autoname(urn.split("::").pop() ?? "");
            defaults.push(name);
        }
    }
    inputs[DEFAULTS] = defaults;
    return { inputs, failures: missing(type, inputs) };
}

/** "web" becomes "web-1a2b3c4". */
function madeUp(resourceName: string): string {
    return `${resourceName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}

/** A name made up once stays for the resource's life. */
function formerName(olds: Props): Json | undefined {
    const defaults = olds[DEFAULTS];
    return Array.isArray(defaults) && defaults.includes("name") ? olds.name : undefined;
}

function missing(type: ResourceType, inputs: Props): CheckFailure[] {
    return Object.entries(type.inputs)
        .filter(([name, input]) => input.required === true && !(name in inputs))
        .map(([property]) => ({ property, reason: `Missing required property '${property}'` }));
}

function coerce(input: Input | undefined, value: Json): Json {
    if (input === undefined || value === UNKNOWN) {
        return value;
    }
    switch (input.type) {
        case "string":
            return typeof value === "number" ? String(value) : value;
        case "integer":
            return typeof value === "string" ? Number(value) : value;
        case "integers":
            return Array.isArray(value)
                ? value.map((item: Json) => (item === UNKNOWN ? item : Number(item)))
                : value;
        case "set":
        case "tags":
            return Array.isArray(value) ? value.map(String) : value;
        case "boolean":
        case "value":
            return value;
        default: {
            const never: never = input.type;
            return never;
        }
    }
}
