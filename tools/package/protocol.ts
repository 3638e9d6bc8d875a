import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A statement of a generated file of messages. */
interface Unit {
    readonly text: string;
    /** The message or enumeration that it belongs to, "RegisterResourceRequest.CustomTimeouts"; null: to none. */
    readonly owner: string | null;
    /** What it adds to its owner; null: it makes the owner itself. */
    readonly member: string | null;
    readonly onPrototype: boolean;
}

/** Where generated files are, and the folders of the sources that use them. */
const GENERATED = join("node_modules", "@pulumi", "pulumi", "proto");
const SOURCES = ["plugin", "provider"];

/** Blocks that are for debuggers, and `toObject` of every message. */
const UNCALLED = /^if \((?:jspb\.Message\.GENERATE_TO_OBJECT|goog\.DEBUG)/;
const OWNED = /^(?:goog\.exportSymbol\('|goog\.inherits\()?proto\.pulumirpc\.([\w.]+)/;
const METHOD = /^ *(\w+): \{\n +path:[^}]*\},$/gm;
const FUNCTION = /^function (\w+)\([^]*?^\}$/gm;
const CHAIN = /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/g;

/** What a program names: words, and dotted paths from their first capital letter on. */
class Names {
    readonly words = new Set<string>();
    readonly paths = new Set<string>();

    add(...texts: readonly string[]): void {
        for (const chain of texts.flatMap((text) => text.match(CHAIN) ?? [])) {
            const parts = chain.split(".");
            const path = parts.slice(parts.findIndex((part) => /^[A-Z]/.test(part)));
            parts.forEach((part) => this.words.add(part));
            path.forEach((_, index) => this.paths.add(path.slice(0, index + 1).join(".")));
        }
    }
}

/**
 * The generated files of Pulumi's protocol, by name, with what our sources name and what that needs: of services the
 * methods, and of messages the accessors, and what reads them where they are received. Nothing is called by a name that
 * is not in a text.
 */
export async function protocolInUse(): Promise<ReadonlyMap<string, string>> {
    const { parseAst } = await import("rolldown/parseAst");
    const names = new Names();
    names.add(...SOURCES.flatMap(sourcesIn));
    const files = readdirSync(GENERATED).filter((name) => /^[a-z]+(?:_grpc)?_pb\.js$/.test(name));
    const texts = files.map((name) => [name, readFileSync(join(GENERATED, name), "utf8")] as const);
    const isService = ([name]: readonly [string, string]): boolean => name.endsWith("_grpc_pb.js");
    const services = texts.filter(isService).map(([name, text]) => [name, usedService(text, names)] as const);
    const messages = texts
        .filter((file) => !isService(file))
        .map(([name, text]) => [name, parseAst(text).body.map((one) => toUnit(text, one))] as const);
    const used = usedUnits(
        messages.flatMap(([, units]) => units),
        names,
    );
    const written = messages.map(([name, units]) => {
        return [name, units.flatMap((unit) => (used.has(unit) ? [unit.text] : [])).join("\n")] as const;
    });
    return new Map([...services, ...written]);
}

function sourcesIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => readFileSync(join(folder, path), "utf8"));
}

/**
 * A client writes requests and reads responses, a server the other way round; nobody reads the types. We are one of
 * the two, or have nothing to do with the service.
 */
function usedService(text: string, names: Names): string {
    const [isClient, isServer] = [/^exports\.(\w+) = /m, /= exports\.(\w+) = /m].map((exported) => {
        return names.words.has(exported.exec(text)?.[1] ?? "");
    });
    if (isClient === isServer) {
        return text;
    }
    const others = isClient
        ? /^ +(?:request(?:Type|Deserialize)|response(?:Type|Serialize)): .*\n/gm
        : /^ +(?:request(?:Type|Serialize)|response(?:Type|Deserialize)): .*\n/gm;
    const service = text.replace(METHOD, (method, name: string) =>
        names.words.has(name) ? method.replace(others, "") : "",
    );
    const called = new Set(service.replace(FUNCTION, "").match(/\w+/g));
    const used = service.replace(FUNCTION, (code, name: string) => (called.has(name) ? code : ""));
    names.add(used);
    return used;
}

function toUnit(file: string, { start, end }: { readonly start: number; readonly end: number }): Unit {
    const text = file.slice(start, end);
    const [, path] = OWNED.exec(text) ?? [];
    if (path === undefined) {
        return { text: UNCALLED.test(text) ? "" : text, owner: null, member: null, onPrototype: false };
    }
    const parts = path.split(".");
    const member = /^[a-z]/.test(parts.at(-1) ?? "") ? (parts.pop() ?? null) : null;
    const onPrototype = parts.at(-1) === "prototype";
    return { text, owner: parts.slice(0, onPrototype ? -1 : undefined).join("."), member, onPrototype };
}

/** What is named, what that names, and so on. */
function usedUnits(units: readonly Unit[], names: Names): ReadonlySet<Unit> {
    const used = new Set<Unit>();
    const isNamed = ({ owner, member, onPrototype }: Unit): boolean => {
        if (owner === null || member === null) {
            return owner === null || names.paths.has(owner);
        }
        return names.paths.has(owner) && onPrototype
            ? names.words.has(member)
            : names.paths.has(`${owner}.${member}`);
    };
    for (let found = -1; found !== used.size;) {
        found = used.size;
        for (const unit of units.filter((one) => !used.has(one) && isNamed(one))) {
            used.add(unit);
            names.add(unit.owner === null ? "" : unit.text);
        }
    }
    return used;
}
