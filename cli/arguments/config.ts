import type { Document, LineCounter, Node } from "yaml";
import { isJsonObject, type JsonObject } from "../../provider/digitalocean/wire.js";
import { messageOf } from "../../provider/teardown/errors.js";
import { count, printable } from "../../provider/teardown/format.js";
import type { PolicyAction, PolicyByKind } from "../../provider/teardown/policy.js";
import schema from "../../schema/config.schema.json";
import { UsageError } from "./invocation.js";
import type { CliRuntime } from "../runtime.js";

/** What a file says, as `schema/config.schema.json` describes it. */
export interface Config {
    readonly select?: {
        readonly tagName?: string;
        readonly expired?: boolean;
        readonly olderThan?: string;
        readonly includeStacks?: boolean;
    };
    readonly policies?: Readonly<Record<string, NamedPolicy>>;
    readonly keep?: readonly string[];
    readonly limits?: { readonly maxDroplets?: number; readonly timeout?: string; readonly retries?: number };
    readonly guards?: {
        readonly account?: string;
        readonly requireTags?: readonly string[];
        readonly requireMatch?: boolean;
    };
}

interface NamedPolicy {
    readonly policy: PolicyAction | PolicyByKind;
    readonly names?: readonly string[];
    readonly tags?: readonly string[];
    readonly keep?: readonly string[];
    readonly finalSnapshot?: boolean | string;
}

/** Of a file that is larger, somebody has given the wrong one. */
const MAX_CHARACTERS = 1024 * 1024;
const MAX_ERRORS = 10;

/**
 * Reads a file of `--config`, YAML or JSON, which is YAML as well.
 * @throws UsageError that names each line and key with an error
 */
export async function readConfig(path: string, { files }: Pick<CliRuntime, "files">): Promise<Config> {
    const text = await files.read(path).catch((error: unknown) => {
        const message = `--config ${printable(path)} cannot be read: ${messageOf(error)}`;
        throw new UsageError(message, { cause: error });
    });
    const { value, problems } = await parse(text);
    if (problems.length === 0) {
        return value as Config;
    }
    const lines = problems
        .slice(0, MAX_ERRORS)
        .map(({ line, says }) => `  ${printable(path)}:${line}: ${says}`);
    throw new UsageError(
        [`--config ${printable(path)} has ${count(problems.length, "error")}:`, ...lines].join("\n"),
    );
}

interface Problem {
    readonly line: number;
    readonly says: string;
}

/** What a text says, which is a configuration if it has no problems. */
async function parse(
    text: string,
): Promise<{ readonly value?: unknown; readonly problems: readonly Problem[] }> {
    if (text.length > MAX_CHARACTERS) {
        return { problems: [{ line: 1, says: "the file is too large" }] };
    }
    // Only a run with a file needs it.
    const yaml = await import("yaml");
    const counter = new yaml.LineCounter();
    const options = { version: "1.2", schema: "core", lineCounter: counter, prettyErrors: false } as const;
    const document = yaml.parseDocument(text, options);
    const lineAt = (offset: number): number => Math.max(counter.linePos(offset).line, 1);
    const problems: Problem[] = [...document.errors, ...document.warnings].map(({ pos, code, message }) => ({
        line: lineAt(pos[0]),
        says: code === "MULTIPLE_DOCS" ? "the file has several documents" : printable(message),
    }));
    yaml.visit(document, {
        Alias: (_, node) =>
            void problems.push({ line: lineAt(node.range?.[0] ?? 0), says: "aliases are not supported" }),
    });
    if (problems.length > 0) {
        return { problems };
    }
    const value: unknown = document.toJS();
    const failures = check(value, schema, []);
    return {
        value,
        problems: failures.map(({ path, says }) => ({ line: findLine(path, document, counter), says })),
    };
}

type Path = readonly (string | number)[];

/** The line of a value; of a key that is missing, the line of what it is missing in. */
function findLine(path: Path, document: Document, counter: LineCounter): number {
    for (let length = path.length; length >= 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true) as Node | null | undefined;
        const offset = node?.range?.[0];
        if (offset !== undefined) {
            return counter.linePos(offset).line;
        }
    }
    return 1;
}

interface Failure {
    readonly path: Path;
    readonly says: string;
}

/** The keywords that the schema of a configuration uses. */
interface Schema {
    readonly $ref?: string;
    readonly title?: string;
    readonly type?: string | readonly string[];
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly items?: Schema;
    readonly minItems?: number;
    readonly anyOf?: readonly Schema[];
    readonly required?: readonly string[];
    readonly minProperties?: number;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly propertyNames?: Schema;
    readonly additionalProperties?: Schema | boolean;
}

/** What is wrong with a value, in the schema's own words. */
function check(value: unknown, rough: Schema, path: Path): readonly Failure[] {
    const wanted = resolved(rough, value);
    if (!fits(value, wanted)) {
        return [
            {
                path,
                says: `${formatPath(path)} must be ${wanted.title ?? "something else"}, not ${shown(value)}`,
            },
        ];
    }
    if (Array.isArray(value)) {
        const { items } = wanted;
        return items === undefined
            ? []
            : value.flatMap((item, index) => check(item, items, [...path, index]));
    }
    return isJsonObject(value) ? checkObject(value, wanted, path) : [];
}

function checkObject(value: JsonObject, wanted: Schema, path: Path): readonly Failure[] {
    const { required = [], properties = {}, propertyNames, additionalProperties } = wanted;
    const missing = required
        .filter((key) => !Object.hasOwn(value, key))
        .map((key) => ({ path, says: `${formatPath([...path, key])} is missing` }));
    const wrong = Object.entries(value).flatMap(([key, item]): readonly Failure[] => {
        const at = [...path, key];
        const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
        if (known !== undefined) {
            return check(item, known, at);
        }
        if (additionalProperties === undefined || typeof additionalProperties === "boolean") {
            return [{ path: at, says: unknownKey(at, key, Object.keys(properties)) }];
        }
        const isNamed = propertyNames === undefined || fits(key, propertyNames);
        const misnamed = { path: at, says: `${shown(key)} must be ${propertyNames?.title ?? ""}` };
        return [...(isNamed ? [] : [misnamed]), ...check(item, additionalProperties, at)];
    });
    return [...missing, ...wrong];
}

function unknownKey(path: Path, key: string, known: readonly string[]): string {
    const [nearest] = known
        .map((name) => ({ name, away: distance(key.toLowerCase(), name.toLowerCase()) }))
        .filter(({ name, away }) => away <= Math.max(2, Math.floor(name.length / 3)))
        .sort((one, other) => one.away - other.away);
    const hint = nearest === undefined ? `known: ${known.join(", ")}` : `did you mean ${nearest.name}?`;
    return `${formatPath(path)} is unknown; ${hint}`;
}

/** How many letters to change, add or leave out (Levenshtein). */
function distance(one: string, other: string): number {
    let row = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (const [index, letter] of Array.from(one).entries()) {
        const next = [index + 1];
        Array.from(other).forEach((own, at) => {
            const change = (row[at] ?? 0) + (own === letter ? 0 : 1);
            next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, change));
        });
        row = next;
    }
    return row.at(-1) ?? 0;
}

function resolved(rough: Schema, value: unknown): Schema {
    const name = rough.$ref?.split("/").at(-1);
    const definitions = schema.definitions as Readonly<Record<string, Schema>>;
    const found = name === undefined ? rough : (definitions[name] ?? rough);
    const branches = found.anyOf?.map((one) => resolved(one, value));
    return branches?.find((one) => hasType(value, one)) ?? branches?.at(-1) ?? found;
}

function fits(value: unknown, wanted: Schema): boolean {
    const { pattern, minimum = -Infinity, maximum = Infinity, minItems = 0, minProperties = 0 } = wanted;
    return (
        hasType(value, wanted) &&
        (!("const" in wanted) || wanted.const === value) &&
        (wanted.enum === undefined || wanted.enum.includes(value)) &&
        (typeof value !== "string" || pattern === undefined || new RegExp(pattern, "u").test(value)) &&
        (typeof value !== "number" || (value >= minimum && value <= maximum)) &&
        (!Array.isArray(value) || value.length >= minItems) &&
        (!isJsonObject(value) || Object.keys(value).length >= minProperties)
    );
}

function hasType(value: unknown, { type }: Schema): boolean {
    return type === undefined || [type].flat().some((name) => isOfType(value, name));
}

function isOfType(value: unknown, type: string): boolean {
    switch (type) {
        case "object":
            return isJsonObject(value);
        case "array":
            return Array.isArray(value);
        case "integer":
            return Number.isSafeInteger(value);
        default:
            return typeof value === type;
    }
}

/** "policies.previews.keep[0]" */
function formatPath(path: Path): string {
    const name = path
        .map((part) => (typeof part === "number" ? `[${part}]` : `.${printable(part)}`))
        .join("");
    return name === "" ? "the file" : name.replace(/^\./, "");
}

function shown(value: unknown): string {
    const text = printable(JSON.stringify(value));
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
