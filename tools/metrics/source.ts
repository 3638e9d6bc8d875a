import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";

import ts from "typescript";

/** A file of the source, measured. */
export interface Source {
    /** In the repository, with forward slashes. */
    readonly path: string;
    readonly lines: number;
    /** Other files of the source that it imports, types included, by their paths. */
    readonly imports: readonly string[];
    readonly functions: readonly MeasuredFunction[];
    /** How many functions, callbacks included, are `async`. */
    readonly asyncFunctions: number;
}

export interface MeasuredFunction {
    /** `cli/selection/order.ts:52` */
    readonly place: string;
    /** From its first to its last line. */
    readonly lines: number;
}

/** Every TypeScript file in the folders of a repository. */
export function readSources(repository: string, folders: readonly string[]): Source[] {
    return folders.flatMap((folder) =>
        readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
            .filter((path) => path.endsWith(".ts"))
            .map((path) => posix.join(folder, path.split(sep).join("/")))
            .map((path) => measure(path, readFileSync(join(repository, path), "utf8"))),
    );
}

/** Measures one file. */
export function measure(path: string, text: string): Source {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    return {
        path,
        lines: text.trimEnd().split("\n").length,
        imports: [...new Set(file.statements.flatMap((statement) => findImport(statement, path)))],
        functions: functionsIn(file, file),
        asyncFunctions: countAsync(file),
    };
}

function countAsync(node: ts.Node): number {
    const isAsync =
        ts.canHaveModifiers(node) &&
        (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    let sum = isAsync ? 1 : 0;
    node.forEachChild((child) => void (sum += countAsync(child)));
    return sum;
}

/** What a file imports, and what it passes on, by the path of the source. */
function findImport(statement: ts.Statement, path: string): string[] {
    const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    const from = isImport ? statement.moduleSpecifier : undefined;
    if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith(".")) {
        return [];
    }
    return [posix.join(posix.dirname(path), from.text.replace(/\.js$/, ".ts"))];
}

/** Functions and methods with a body. One that is an argument of a call counts with the function around it. */
function functionsIn(node: ts.Node, file: ts.SourceFile): MeasuredFunction[] {
    const inner: MeasuredFunction[] = [];
    node.forEachChild((child) => void inner.push(...functionsIn(child, file)));
    if (!hasBody(node) || ts.isCallExpression(node.parent)) {
        return inner;
    }
    const lineAt = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1;
    const first = lineAt(node.getStart());
    return [{ place: `${file.fileName}:${first}`, lines: lineAt(node.end) - first + 1 }, ...inner];
}

function hasBody(node: ts.Node): boolean {
    return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}
