import { isDeepStrictEqual } from "node:util";

import { DEFAULTS } from "./check.js";
import { UNKNOWN, isSet, type Json, type Props } from "./props.js";
import type { Input, ResourceType } from "./resource.js";

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
