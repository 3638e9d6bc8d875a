import { basename, resolve } from "node:path";
import type { ESTree } from "rolldown/utils" with { "resolution-mode": "import" };

import type { BundledFile } from "./bundled-file.js";
import { leftOut, withVersion } from "./replaced.js";

type Statement = ESTree.Program["body"][number];

/** What is published. `sdk/droplet` is an entry because `sdk/index` loads it on first use. */
export const ENTRIES = Object.fromEntries(
    ["sdk/index", "sdk/droplet", "provider/index", "cli/main", "action/main", "plugin/main"].map((entry) => [
        entry,
        `./${entry}.ts`,
    ]),
);

/** The folder of the package that has a module. */
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/**
 * Files that stay apart: the text of one is in users' state, the compiler's and never the bundler's; the other is
 * loaded on first use.
 */
const APART = /\/(?:stored-provider|droplet)\.js$/;

/** Only these come from the user's installation: everything else is inside. `kerberos` is an option of the proxy agent. */
const OUTSIDE = /^(?:node:|kerberos$|@pulumi\/(?!pulumi\/proto\/))/;

export interface Program {
    readonly files: readonly BundledFile[];
    /** Folders of the packages whose code is inside, sorted. */
    readonly packages: readonly string[];
}

interface ProgramOptions {
    /** This package's version, which is in the program instead of a look at `package.json`. */
    readonly version?: string;
    /** One file for the one entry: nothing is loaded on first use. */
    readonly oneFile?: boolean;
}

/**
 * The program with what it needs of other packages: a file for each entry, and those that several of them share.
 * @param entries sources by the path of the bundled file, without its extension
 */
export async function programFiles(
    entries: Readonly<Record<string, string>>,
    { version, oneFile = false }: ProgramOptions = {},
): Promise<Program> {
    const { rolldown } = await import("rolldown");
    const { parseAst } = await import("rolldown/parseAst");
    const bundle = await rolldown({
        input: entries,
        platform: "node",
        external: OUTSIDE,
        plugins: [
            {
                name: "files-apart",
                resolveId: (id) =>
                    APART.test(id) ? { id: resolve("sdk", basename(id)), external: "relative" } : null,
            },
            leftOut(),
            ...(version === undefined ? [] : [withVersion(version)]),
        ],
        // The SDK's entry adds an accessor to the CommonJS module that it becomes.
        checks: { commonJsVariableInEsm: false },
    });
    const { output } = await bundle.generate({
        format: "cjs",
        strict: true,
        esModule: true,
        exports: "named",
        generatedCode: { symbols: false },
        entryFileNames: "[name].js",
        chunkFileNames: ({ name, moduleIds }) => `shared/${chunkName(name, moduleIds)}.js`,
        comments: false,
        // Stack traces keep the names of functions and classes.
        minify: { compress: true, mangle: { keepNames: true }, codegen: true },
        ...(oneFile ? { codeSplitting: false } : {}),
    });
    await bundle.close();
    const chunks = output.filter((file) => file.type === "chunk");
    const files = chunks.map(({ fileName, code }) => ({
        path: fileName,
        text: withPlainExports(fileName, inLines(code, parseAst(code).body)),
    }));
    return { files, packages: findPackages(chunks.flatMap(({ moduleIds }) => moduleIds)) };
}

/** Folders of the packages that have these modules. */
function findPackages(modules: readonly string[]): string[] {
    const folders = modules.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []);
    return [...new Set(folders)].sort();
}

/** A chunk of another package's code has that package's name: its own would be `src` or `dist`. */
function chunkName(name: string, modules: readonly string[]): string {
    const files = modules.filter((path) => !path.startsWith("\0"));
    const [folder] = files.every((path) => PACKAGE.test(path)) ? findPackages(files.slice(-1)) : [];
    return folder === undefined || name.includes("-") ? name : basename(folder);
}

const ACCESSOR =
    /^Object\.defineProperty\(exports,"([\w$]+)",\{enumerable:!0,get:function\(\)\{return ?([\w$]+|`[^`]*`)\}\}\)[,;]?$/gm;

/**
 * Exports as values: they stand at the end of a file, and nothing is assigned to a binding afterwards. The bundler
 * writes an accessor for each, eight times as long. Only its own files require those that it calls shared, so nothing
 * has to find their names in the text.
 */
function withPlainExports(path: string, text: string): string {
    const plain = text.replace(ACCESSOR, "exports.$1=$2;");
    return path.startsWith("shared/")
        ? plain.replace(/(?:^exports\.[\w$]+=(?:[\w$]+|`[^`]*`);\n?){2,}/gm, (block) => {
              const values = [...block.matchAll(/^exports\.([\w$]+)=(.+);$/gm)].map(
                  ([, name, value]) => `${name}:${value}`,
              );
              return `Object.assign(exports,{${values.join(",")}});\n`;
          })
        : plain;
}

/** A piece of code that is longer than this is broken where a statement inside it begins. */
const LONG = 1_000;

/**
 * A line for each statement, each part of a sequence and each member of a class: Node.js prints the whole line of an uncaught error, and
 * stack traces tell lines.
 */
function inLines(code: string, statements: readonly Statement[]): string {
    const starts = [...new Set(statements.flatMap((statement) => [statement.start, ...startsIn(statement)]))];
    starts.sort((one, other) => one - other);
    const lines = starts.map((start, index) => code.slice(start, starts[index + 1]).trim());
    return `${code.slice(0, starts[0])}${lines.join("\n")}\n`;
}

/** Where the members of a class begin, and those of what is long. */
function startsIn(node: object): number[] {
    return [...splitParts(node as Node), ...Object.values(node).flatMap((inner) => within(inner))];
}

type Node = ESTree.Node;

function within(value: unknown): number[] {
    return Array.isArray(value)
        ? value.flatMap(within)
        : typeof value === "object" && value !== null && "type" in value
          ? startsIn(value)
          : [];
}

function splitParts(node: Node): number[] {
    const parts = listChildren(node);
    return parts.length > 0 && (node.type === "ClassBody" || node.end - node.start > LONG)
        ? parts.map(({ start }) => start)
        : [];
}

/** The exports of a file are one statement, `Object.defineProperty(…),Object.defineProperty(…)`; so are whole modules. */
function listChildren(node: Node): readonly { readonly start: number }[] {
    switch (node.type) {
        case "ClassBody":
        case "BlockStatement":
            return node.body;
        case "SequenceExpression":
            return node.expressions.slice(1);
        case "ObjectExpression":
            return node.properties;
        default:
            return [];
    }
}
