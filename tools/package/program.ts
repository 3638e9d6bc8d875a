import { basename, resolve } from "node:path";
import type { ESTree } from "rolldown/utils" with { "resolution-mode": "import" };

import type { BundledFile } from "./bundled-file.js";

type Statement = ESTree.Program["body"][number];

/**
 * Files that stay apart: the text of one is in users' state, the compiler's and never the bundler's; the other is
 * loaded on first use.
 */
const APART = /\/(?:stored-provider|droplet)\.js$/;

/**
 * The program: a file for each entry, and those that several of them share.
 * @param entries sources by the path of the bundled file, without its extension
 */
export async function programFiles(entries: Readonly<Record<string, string>>): Promise<BundledFile[]> {
    const { rolldown } = await import("rolldown");
    const { parseAst } = await import("rolldown/parseAst");
    const bundle = await rolldown({
        input: entries,
        platform: "node",
        external: /^[@a-z]/,
        plugins: [
            {
                name: "files-apart",
                resolveId: (id) =>
                    APART.test(id) ? { id: resolve("sdk", basename(id)), external: "relative" } : null,
            },
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
        chunkFileNames: "shared/[name].js",
        comments: false,
        // Stack traces keep the names of functions and classes.
        minify: { compress: true, mangle: { keepNames: true }, codegen: true },
    });
    await bundle.close();
    const chunks = output.filter((file) => file.type === "chunk");
    return chunks.map(({ fileName, code }) => ({
        path: fileName,
        text: withPlainExports(fileName, inLines(code, parseAst(code).body)),
    }));
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

/**
 * A line for each statement, each part of a sequence and each member of a class: Node.js prints the whole line of an uncaught error, and
 * stack traces tell lines.
 */
function inLines(code: string, statements: readonly Statement[]): string {
    const starts = statements
        .flatMap((statement) => [statement, ...partsOf(statement), ...membersIn(statement)])
        .map(({ start }) => start);
    const lines = starts.map((start, index) => code.slice(start, starts[index + 1]).trim());
    return `${code.slice(0, starts[0])}${lines.join("\n")}\n`;
}

/** The exports of a file are one statement: `Object.defineProperty(…),Object.defineProperty(…)`. */
function partsOf(statement: Statement): readonly { readonly start: number }[] {
    return statement.type === "ExpressionStatement" && statement.expression.type === "SequenceExpression"
        ? statement.expression.expressions.slice(1)
        : [];
}

/** Classes are values after the bundling: `var Name = class { … }`. */
function membersIn(statement: Statement): readonly { readonly start: number }[] {
    return statement.type === "VariableDeclaration"
        ? statement.declarations.flatMap(({ init }) =>
              init?.type === "ClassExpression" ? init.body.body : [],
          )
        : [];
}
