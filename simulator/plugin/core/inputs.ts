import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isSet, type Json, type Props, UNKNOWN } from "./props.js";
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

export interface Difference {
    readonly changed: readonly string[];
    readonly replaces: readonly string[];
    readonly deleteBeforeReplace: boolean;
}

/** Compares the state with new inputs, by the rules of the official provider. */
export function diff(type: ResourceType, state: Props, news: Props): Difference {
    const changed = Object.entries(type.inputs)
        .filter(([name, input]) => differs(input, state[name], news[name]))
        .map(([name]) => name);
    const replaces = changed.filter((name) => needsNewResource(type, name, state, news));
    return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && keepsItsName(type, state, news) };
}

function differs(input: Input, before: Json | undefined, after: Json | undefined): boolean {
    if (!isSet(after)) {
        return input.computed !== true && isSet(before) && !isEmpty(before);
    }
    return !isDeepStrictEqual(normal(input, before), normal(input, after));
}

function needsNewResource(type: ResourceType, name: string, state: Props, news: Props): boolean {
    // IPv6 cannot be turned off.
    const ipv6TurnedOff = name === "ipv6" && state[name] === true && news[name] !== true;
    return ipv6TurnedOff || type.inputs[name]?.replaces === true || type.update === undefined;
}

/** Two resources of one name cannot exist at a time, so the old one has to go first. */
function keepsItsName(type: ResourceType, state: Props, news: Props): boolean {
    const defaults = news[DEFAULTS];
    const madeUp = Array.isArray(defaults) && defaults.includes("name");
    return "name" in type.inputs && !madeUp && state.name === news.name;
}

function isEmpty(value: Json): boolean {
    return value === "" || value === false || (Array.isArray(value) && value.length === 0);
}

function normal(input: Input, value: Json | undefined): Json {
    if (!isSet(value) || value === UNKNOWN) {
        return value ?? (input.type === "boolean" ? false : null);
    }
    switch (input.type) {
        case "set":
        case "integers":
            return Array.isArray(value) ? value.map(String).sort() : value;
        case "tags":
            return Array.isArray(value) ? value.map((tag) => String(tag).toLowerCase()).sort() : value;
        case "string":
        case "integer":
            return typeof value === "number" ? `${value}` : value;
        case "boolean":
        case "value":
            return value;
        default: {
            const never: never = input.type;
            return never;
        }
    }
}
