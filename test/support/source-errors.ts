import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { REPOSITORY } from "./engine-project-files.js";

/** A message as the source builds it; what is filled in at run time is "…". */
export interface SourceError {
    /** `cli/selection/order.ts:52` */
    readonly place: string;
    readonly text: string;
}

const FOLDERS = ["provider", "cli", "sdk", "plugin"];
const MAX_DEPTH = 6;
const HOLE = "…";

type Named = ts.FunctionDeclaration | ts.VariableDeclaration;

/** The files of the package, and what a name in one of them stands for. */
interface Source {
    readonly files: readonly ts.SourceFile[];
    readonly exported: ReadonlyMap<string, Named>;
}

/** Every message of an error, a check failure or a failed report in the source of the package. */
export function sourceErrors(): readonly SourceError[] {
    read ??= readErrors();
    return read;
}

let read: readonly SourceError[] | undefined;

function readErrors(): readonly SourceError[] {
    const files = FOLDERS.flatMap(sourceFiles);
    const exported = new Map(
        files
            .flatMap(nodesIn)
            .filter(isNamed)
            .filter(isExported)
            .map((node) => [node.name?.getText() ?? "", node]),
    );
    const source = { files, exported };
    return files.flatMap((file) =>
        nodesIn(file)
            .flatMap(messageExpressions)
            .flatMap((expression) =>
                findTexts(expression, source, MAX_DEPTH)
                    .filter(saysSomething)
                    .map((text) => ({ place: formatPlace(file, expression), text })),
            ),
    );
}

/** A message that only passes another one on has no words of its own. */
function saysSomething(text: string): boolean {
    return /\p{L}{2}.*\s.*\p{L}{2}/su.test(text);
}

/** Whether all that `message` says beside "…" comes in `text`, in this order. Backticks do not count. */
export function says(text: string, message: string): boolean {
    const plain = text.replaceAll("`", "");
    const fragments = message
        .replaceAll("`", "")
        .split(HOLE)
        .map((fragment) => fragment.trim());
    let from = 0;
    return fragments.every((fragment) => {
        const at = plain.indexOf(fragment, from);
        from = at + fragment.length;
        return at >= 0;
    });
}

/** Every error that the files of some folders make: its class, and the source of the expression. */
export function errorsThrown(
    folders: readonly string[],
): readonly { readonly name: string; readonly text: string }[] {
    return folders
        .flatMap(sourceFiles)
        .flatMap(nodesIn)
        .filter(ts.isNewExpression)
        .map((node) => ({ name: node.expression.getText().replace(/^.*\./, ""), text: node.getText() }))
        .filter(({ name }) => name.endsWith("Error"));
}

function sourceFiles(folder: string): ts.SourceFile[] {
    return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => join(folder, path))
        .map((path) =>
            ts.createSourceFile(
                path,
                readFileSync(join(REPOSITORY, path), "utf8"),
                ts.ScriptTarget.ES2022,
                true,
            ),
        );
}

const nodesOf = new WeakMap<ts.Node, readonly ts.Node[]>();

/** A node and all below it. */
function nodesIn(root: ts.Node): readonly ts.Node[] {
    const found = nodesOf.get(root);
    if (found !== undefined) {
        return found;
    }
    const nodes: ts.Node[] = [root];
    root.forEachChild((child) => void nodes.push(...nodesIn(child)));
    nodesOf.set(root, nodes);
    return nodes;
}

const callsOf = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly ts.CallExpression[]>>();

/** The calls of a file, by what they call. */
function callsIn(file: ts.SourceFile): ReadonlyMap<string, readonly ts.CallExpression[]> {
    const found = callsOf.get(file);
    if (found !== undefined) {
        return found;
    }
    const calls = new Map<string, ts.CallExpression[]>();
    for (const call of nodesIn(file).filter(ts.isCallExpression)) {
        const name = call.expression.getText();
        calls.set(name, [...(calls.get(name) ?? []), call]);
    }
    callsOf.set(file, calls);
    return calls;
}

function isNamed(node: ts.Node): node is Named {
    return ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
}

function isExported(node: Named): boolean {
    const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return (
        ts.canHaveModifiers(statement) &&
        (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    );
}

/** The arguments and properties of a node that people read as an error. */
function messageExpressions(node: ts.Node): ts.Expression[] {
    if (ts.isNewExpression(node) && node.expression.getText().endsWith("Error")) {
        return (node.arguments ?? []).slice(0, 1);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
        const heritage = ts.findAncestor(node, ts.isClassDeclaration)?.heritageClauses?.[0]?.getText() ?? "";
        return heritage.endsWith("Error") ? node.arguments.slice(0, 1) : [];
    }
    if (ts.isObjectLiteralExpression(node)) {
        return [
            ...(has(node, "property") || has(node, "advice") ? propertyValues(node, "reason") : []),
            ...(has(node, "outcome") && !isUnderWay(node) ? propertyValues(node, "error") : []),
            ...(has(node, "rejected") ? propertyValues(node, "missing") : []),
        ];
    }
    // `report(outcome, error, situation)` ends an operation.
    return ts.isCallExpression(node) && node.expression.getText() === "report"
        ? node.arguments.slice(1, 2)
        : [];
}

function has(node: ts.ObjectLiteralExpression, name: string): boolean {
    return node.properties.some((property) => property.name?.getText() === name);
}

/** The report of what goes on has a line of progress where others have an error. */
function isUnderWay(node: ts.ObjectLiteralExpression): boolean {
    return propertyValues(node, "outcome").some((value) => value.getText() === '"in-progress"');
}

function propertyValues(node: ts.ObjectLiteralExpression, name: string): ts.Expression[] {
    return node.properties.flatMap((property) => {
        if (property.name?.getText() !== name) {
            return [];
        }
        return ts.isPropertyAssignment(property)
            ? [property.initializer]
            : ts.isShorthandPropertyAssignment(property)
              ? [property.name]
              : [];
    });
}

/** All texts that an expression can have, as far as the source says; none for one that only passes a message on. */
function findTexts(node: ts.Node, source: Source, depth: number): string[] {
    if (depth === 0) {
        return [];
    }
    const inner = (child: ts.Node): string[] => findTexts(child, source, depth - 1);
    if (ts.isStringLiteralLike(node)) {
        return [node.text];
    }
    if (ts.isTemplateExpression(node)) {
        return node.templateSpans.reduce(
            (texts, { expression, literal }) => joined(texts, inner(expression), literal.text),
            [node.head.text],
        );
    }
    if (ts.isBinaryExpression(node)) {
        return node.operatorToken.kind === ts.SyntaxKind.PlusToken
            ? joined(inner(node.left), inner(node.right), "")
            : [...inner(node.left), ...inner(node.right)];
    }
    if (ts.isConditionalExpression(node)) {
        return [...inner(node.whenTrue), ...inner(node.whenFalse)];
    }
    if (ts.isArrayLiteralExpression(node)) {
        return node.elements.flatMap(inner);
    }
    if (ts.isIdentifier(node)) {
        return textsOfName(node, source, depth - 1);
    }
    if (ts.isCallExpression(node)) {
        return textsOfCall(node, source, depth - 1);
    }
    return [];
}

function joined(heads: readonly string[], tails: readonly string[], end: string): string[] {
    const some = (texts: readonly string[]): readonly string[] => (texts.length === 0 ? [HOLE] : texts);
    return some(heads).flatMap((head) => some(tails).map((tail) => head + tail + end));
}

/** A constant's value; for a parameter, what the calls of its function give it. */
function textsOfName(node: ts.Identifier, source: Source, depth: number): string[] {
    const owner = ts.findAncestor(node, ts.isFunctionLike);
    const index = owner?.parameters.findIndex(({ name }) => name.getText() === node.text) ?? -1;
    if (owner !== undefined && index >= 0) {
        return ts.isFunctionDeclaration(owner) ? findArguments(owner, index, source, depth) : [];
    }
    const around = (one: ts.Node): boolean => ts.isFunctionDeclaration(one) || ts.isMethodDeclaration(one);
    const own = nodesIn(ts.findAncestor(node, around) ?? node.getSourceFile());
    const named =
        own.filter(isNamed).find((one) => one.name?.getText() === node.text) ?? find(node.text, node, source);
    return named !== undefined && ts.isVariableDeclaration(named) && named.initializer !== undefined
        ? findTexts(named.initializer, source, depth)
        : [];
}

function findArguments(
    owner: ts.FunctionDeclaration,
    index: number,
    { files, exported }: Source,
    depth: number,
): string[] {
    const places = isExported(owner) ? files : [owner.getSourceFile()];
    return places
        .filter((file) => callsIn(file).has(owner.name?.text ?? ""))
        .filter((file) => !nodesIn(file).some((node) => shadows(node, owner)))
        .flatMap((file) => callsIn(file).get(owner.name?.text ?? "") ?? [])
        .flatMap((call) => call.arguments[index] ?? [])
        .flatMap((argument) => findTexts(argument, { files, exported }, depth));
}

/** Whether a node is another function of the same name. */
function shadows(node: ts.Node, owner: ts.FunctionDeclaration): boolean {
    return ts.isFunctionDeclaration(node) && node !== owner && node.name?.text === owner.name?.text;
}

function textsOfCall({ expression }: ts.CallExpression, source: Source, depth: number): string[] {
    if (ts.isPropertyAccessExpression(expression)) {
        return expression.name.text === "join" ? findTexts(expression.expression, source, depth) : [];
    }
    const named = find(expression.getText(), expression, source);
    return named === undefined || !ts.isFunctionDeclaration(named)
        ? []
        : nodesIn(named)
              .filter(ts.isReturnStatement)
              .flatMap((statement) => statement.expression ?? [])
              .flatMap((result) => findTexts(result, source, depth));
}

/** What a name stands for in its own file, else what is exported under it. */
function find(name: string, node: ts.Node, { exported }: Source): Named | undefined {
    const top = node
        .getSourceFile()
        .statements.flatMap((statement): readonly ts.Node[] =>
            ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement],
        )
        .filter(isNamed);
    return top.find((one) => one.name?.getText() === name) ?? exported.get(name);
}

function formatPlace(file: ts.SourceFile, node: ts.Node): string {
    return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
