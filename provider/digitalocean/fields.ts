import { TeardownError } from "../teardown/errors.js";

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

/** C0 and C1 controls, line and paragraph separators, and the marks that reorder text on a terminal. */
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** One line that is safe to print: control characters become spaces, and the ends are trimmed. */
export function printable(text: string): string {
    return text.replace(CONTROL_CHARACTERS, " ").trim();
}

/** The first `length` characters of a text as one line with single spaces. */
export function excerpt(text: string, length: number): string {
    const line = printable(text).replace(/\s+/g, " ");
    return line.length <= length ? line : `${line.slice(0, length)}…`;
}

/** Prices are far below this; above it, a double loses cents. */
const MAX_AMOUNT = 1e9;

/** More digits than any price has, and fewer than those affected by binary rounding. */
const SIGNIFICANT_DIGITS = 12;
const FRACTION_DIGITS = 12;

/** A JSON number as the intended decimal string; null if it cannot be a price. */
export function decimalOf(amount: number): string | null {
    if (!(amount >= 0 && amount < MAX_AMOUNT)) {
        return null;
    }
    const rounded = Number(amount.toPrecision(SIGNIFICANT_DIGITS));
    const shortest = String(rounded);
    return shortest.includes("e") ? trimZeros(rounded.toFixed(FRACTION_DIGITS)) : shortest;
}

/** A plain decimal such as `10.00`, unchanged; null for anything else. */
export function parseDecimal(text: string | null): string | null {
    return text !== null && /^\d{1,9}(?:\.\d{1,18})?$/.test(text) ? text : null;
}

function trimZeros(digits: string): string {
    return digits.replace(/\.?0+$/, "");
}

/** A field of an answer has an invalid type; the message names its path. */
export class MalformedError extends TeardownError {}

/** A value of an answer and its path, such as `resources.volumes[0].id`. */
export interface Field {
    readonly value: unknown;
    readonly path: string;
}

export function rootOf(body: unknown): JsonObject {
    return objectOf({ value: body, path: "body" });
}

/** Reads one own property; never an inherited one. */
export function fieldOf(object: JsonObject, name: string, parent = ""): Field {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return { value, path: parent === "" ? name : `${parent}.${name}` };
}

export function objectOf(field: Field): JsonObject {
    if (!isJsonObject(field.value)) {
        throw malformed(field, "an object");
    }
    return field.value;
}

/** Null if the field is not set. */
export function optionalObject(field: Field): JsonObject | null {
    return isUnset(field.value) ? null : objectOf(field);
}

/** The items of a list, each with its path; empty if the field is not set. */
export function listOf(field: Field): readonly Field[] {
    if (isUnset(field.value)) {
        return [];
    }
    if (!Array.isArray(field.value)) {
        throw malformed(field, "a list");
    }
    return field.value.map((value: unknown, index) => ({ value, path: `${field.path}[${index}]` }));
}

/** The items of a required list: a missing list is not an empty one. */
export function requiredListOf(field: Field): readonly Field[] {
    if (field.value === undefined) {
        throw malformed(field, "a list");
    }
    return listOf(field);
}

/** A required property, possibly null: a missing one says nothing. */
export function requiredField(object: JsonObject, name: string, parent: string): Field {
    return given(fieldOf(object, name, parent));
}

/** The same of a field that is at hand. */
export function given(field: Field): Field {
    if (field.value === undefined) {
        throw malformed(field, "an object or null");
    }
    return field;
}

/** A name, exactly as the API sent it, for exact comparison. Null if absent, null or blank. */
export function optionalName(field: Field): string | null {
    if (isUnset(field.value)) {
        return null;
    }
    if (typeof field.value !== "string") {
        throw malformed(field, "a text");
    }
    return field.value;
}

/** Like `optionalName`, trimmed. */
export function optionalText(field: Field): string | null {
    return optionalName(field)?.trim() ?? null;
}

/** Numbers, UUIDs and addresses. Ids appear in paths, and in commands that people copy. */
const ID = /^[\w.:-]{1,255}$/;

/** An id as a string, whether it came as a number or as a string. */
export function idOf(field: Field): string {
    const id = typeof field.value === "number" ? numericId(field.value) : field.value;
    if (typeof id !== "string" || !ID.test(id.trim())) {
        throw malformed(field, "an id");
    }
    return id.trim();
}

function numericId(value: number): string | null {
    return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
}

/** The id of a Droplet, as a number. */
export function dropletIdOf(field: Field): number {
    const id = idOf(field);
    if (!/^[1-9]\d*$/.test(id) || !Number.isSafeInteger(Number(id))) {
        throw malformed(field, "the id of a Droplet");
    }
    return Number(id);
}

/** A count; 0 if the field is not set or negative. */
export function countOf(field: Field): number {
    if (isUnset(field.value)) {
        return 0;
    }
    const count = typeof field.value === "string" ? Number(field.value) : field.value;
    if (typeof count !== "number" || !Number.isSafeInteger(count)) {
        throw malformed(field, "a whole number");
    }
    return Math.max(count, 0);
}

/** US dollars as a decimal string; null if the field is not set or not an amount. */
export function optionalAmount(field: Field): string | null {
    return typeof field.value === "number" ? decimalOf(field.value) : parseDecimal(optionalText(field));
}

/**
 * An ISO date, as the API wrote it. Null if it is absent, null, blank, the zero time of Go (year 1) or Unix, or not
 * a date: what is not certainly finished is not finished.
 */
export function optionalTime(field: Field): string | null {
    const text = optionalText(field);
    const year = /^(\d{4})-\d{2}-\d{2}/.exec(text ?? "")?.[1];
    // The year is compared as text: JavaScript parses some spellings of year 1 as 2001.
    return year === undefined || year <= "1970" || Number.isNaN(Date.parse(text ?? "")) ? null : text;
}

/** Absent, null and blank are the same. */
export function isUnset(value: unknown): boolean {
    return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function malformed({ value, path }: Field, expected: string): MalformedError {
    return new MalformedError(`${path}: expected ${expected}, got ${nameOf(value)}`);
}

function nameOf(value: unknown): string {
    if (Array.isArray(value)) {
        return "a list";
    }
    switch (typeof value) {
        case "undefined":
            return "nothing";
        case "object":
            return value === null ? "null" : "an object";
        case "string":
            return `"${printable(value)}"`;
        default:
            return String(value);
    }
}
