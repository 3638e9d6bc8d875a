import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { UNKNOWN } from "../provider/stored/inputs.js";

/** A property value as the engine's protocol carries it: JSON, in which some objects and one text are special. */
export type Value = null | boolean | number | string | readonly Value[] | Values;

export interface Values {
    readonly [name: string]: Value;
}

/** An object with this entry is special; the value of the entry says how. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** A value with the resources that it comes from, which may be a secret; without a value, it is unknown. */
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The properties of a message; none where the field is not set. */
export function toValues(struct: Struct | undefined): Values {
    return struct?.toJavaScript() ?? {};
}

/** Undefined values are left out. */
export function toStruct(values: object): Struct {
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(values)) as Parameters<typeof Struct.fromJavaScript>[0],
    );
}

/** The same with secrets and outputs as plain values, for handlers. */
export function plain(value: Value): Value {
    return map(value, (special) => ("value" in special ? (special.value ?? null) : UNKNOWN));
}

export function plainValues(struct: Struct | undefined): Values {
    return plain(toValues(struct)) as Values;
}

export function secret(value: Value): Value {
    return { [SIGNATURE]: SECRET, value };
}

export function isSecret(value: Value | undefined): value is { readonly value: Value } {
    return isObject(value) && value[SIGNATURE] === SECRET;
}

/** The same properties, secret where what was given under the same name holds one. A token always is. */
export function secretAs(
    values: Readonly<Record<string, unknown>>,
    given: Values,
): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
            name,
            name === "token" || holdsSecret(given[name]) ? secret(value as Value) : value,
        ]),
    );
}

function holdsSecret(value: Value | undefined): boolean {
    return isSecret(value) || inside(value).some(holdsSecret);
}

function inside(value: Value | undefined): readonly Value[] {
    return typeof value === "object" && value !== null ? Object.values(value as Values) : [];
}

export function isObject(value: Value | undefined): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same without output values: resources of any kind can be registered with it. */
export function withoutOutputs(value: Value): Value {
    return map(value, (special) => {
        if (special[SIGNATURE] !== OUTPUT) {
            return special;
        }
        const known = "value" in special ? withoutOutputs(special.value ?? null) : UNKNOWN;
        return special.secret === true ? secret(known) : known;
    });
}

/** URNs of the resources that output values inside come from. */
export function dependenciesIn(value: Value): string[] {
    const isOutput = isObject(value) && value[SIGNATURE] === OUTPUT;
    const own = isOutput ? ((value.dependencies ?? []) as readonly string[]) : [];
    return [...own, ...inside(value).flatMap(dependenciesIn)];
}

/** Replaces what is special, inside as well as outside. */
function map(value: Value, replace: (special: Values) => Value): Value {
    if (Array.isArray(value)) {
        return (value as readonly Value[]).map((item) => map(item, replace));
    }
    if (!isObject(value)) {
        return value;
    }
    if (!(SIGNATURE in value)) {
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, map(item, replace)]));
    }
    const replaced = replace(value);
    return replaced === value
        ? { ...value, ...("value" in value ? { value: map(value.value ?? null, replace) } : {}) }
        : map(replaced, replace);
}
