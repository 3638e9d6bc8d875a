import type { Json, Props } from "../../../simulator/plugin/core/props.js";

/** A former name of a resource, as the SDK tells it to the engine. */
export interface Alias {
    readonly urn?: string;
    readonly name?: string;
    readonly type?: string;
    readonly parent?: string;
}

/** What the SDK registers of one resource. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /** False: a component, which no provider serves. */
    readonly custom: boolean;
    /** URN; "" for the stack. */
    readonly parent: string;
    /** Outputs of other resources stand here as tokens. */
    readonly inputs: Props;
    /** What the tokens stand for. */
    readonly references: Readonly<Record<string, Reference>>;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** URN, or "". */
    readonly deletedWith: string;
    readonly aliases: readonly Alias[];
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    /** Null: the provider decides. */
    readonly deleteBeforeReplace: boolean | null;
    /** "" for none. */
    readonly importId: string;
}

/** What recordings are kept as: by project and shape. */
export type Entries = readonly (readonly [string, readonly Registration[]])[];

/** An output that is an input of another resource. */
export interface Reference {
    readonly urn: string;
    /** "id", or the name of an output. */
    readonly property: string;
}

/**
 * What a program registers that says something else in places.
 * @param values by placeholder, such as "@image": a text that is only that becomes the value, whatever it is
 */
export function filledIn(
    recording: readonly Registration[],
    values: Readonly<Record<string, Json>>,
): readonly Registration[] {
    const pattern = new RegExp(Object.keys(values).join("|"), "g");
    return fill(recording as unknown as Json, { pattern, values }) as unknown as readonly Registration[];
}

/** Finds the placeholders in a text. */
interface Values {
    readonly pattern: RegExp;
    readonly values: Readonly<Record<string, Json>>;
}

function fill(json: Json, values: Values): Json {
    if (typeof json === "string") {
        return values.values[json] ?? fillText(json, values);
    }
    if (typeof json !== "object" || json === null) {
        return json;
    }
    if (Array.isArray(json)) {
        return (json as readonly Json[]).flatMap((one) => {
            const filled = fill(one, values);
            // A list in a list: the placeholder is all that the list has.
            return typeof one === "string" && Array.isArray(filled) ? (filled as Json[]) : [filled];
        });
    }
    return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, fill(value, values)]));
}

function fillText(text: string, { pattern, values }: Values): string {
    return text.replaceAll(pattern, (placeholder) => {
        const value = values[placeholder];
        return typeof value === "string" ? value : placeholder;
    });
}

/** The inputs with the values of what they refer to. */
export function resolvedInputs(
    { inputs, references }: Registration,
    resolve: (reference: Reference) => Json,
): Props {
    return replaceTokens(inputs, (token) => {
        const reference = references[token];
        return reference === undefined ? undefined : resolve(reference);
    }) as Props;
}

/** Ids are numerals, since programs make numbers of some. */
const TOKEN = /^(?:91\d{8}|\$\d+\.\w+\$)$/;

/** The tokens in a value. */
export function tokensIn(json: Json): string[] {
    const found: string[] = [];
    replaceTokens(json, (token) => {
        found.push(token);
        return undefined;
    });
    return found;
}

function replaceTokens(json: Json, resolve: (token: string) => Json | undefined): Json {
    if (typeof json === "string" || typeof json === "number") {
        const text = `${json}`;
        const value = TOKEN.test(text) ? resolve(text) : undefined;
        if (value === undefined) {
            return json;
        }
        return typeof json === "number" && typeof value === "string" && /^\d+$/.test(value)
            ? Number(value)
            : value;
    }
    if (typeof json !== "object" || json === null) {
        return json;
    }
    if (Array.isArray(json)) {
        return (json as readonly Json[]).map((one) => replaceTokens(one, resolve));
    }
    return Object.fromEntries(
        Object.entries(json).map(([name, value]) => [name, replaceTokens(value, resolve)]),
    );
}
