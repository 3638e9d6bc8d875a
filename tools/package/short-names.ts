import { createHash } from "node:crypto";

import ts from "typescript";

/** Begins no name in the sources. */
const PREFIX = "Z";
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Gives the functions that a module does not export short names, as the bundler gives variables and private members;
 * it keeps the names of all functions, for the sake of stack traces. A name that anything else in the module has as
 * well is left alone.
 * @param code TypeScript
 * @param path of the module: two modules seldom have a short name in common, which the bundler would lengthen
 */
export function withShortNames(code: string, path: string): string {
    const source = ts.createSourceFile("module.ts", code, ts.ScriptTarget.ES2022, true);
    const identifiers = identifiersIn(source);
    const names = new Map(
        identifiers
            .filter(isOwnFunction)
            .map(({ text }) => text)
            .filter((name) => identifiers.filter((one) => one.text === name && isDeclared(one)).length === 1)
            .map((name, index) => [name, shortName(path, index)] as const),
    );
    const edits = identifiers
        .filter((one) => names.has(one.text) && !isProperty(one))
        .map((one) => {
            const short = names.get(one.text) ?? "";
            const text = ts.isShorthandPropertyAssignment(one.parent) ? `${one.text}: ${short}` : short;
            return { start: one.getStart(), end: one.end, text };
        });
    return edits.reduceRight(
        (text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end),
        code,
    );
}

/** Never the same twice in a module. */
function shortName(path: string, index: number): string {
    const number = createHash("sha256").update(path).digest().readUInt32BE() + index;
    const digits = [number, Math.floor(number / DIGITS.length)].map((part) => DIGITS[part % DIGITS.length]);
    return `${PREFIX}${digits.join("")}`;
}

function identifiersIn(source: ts.SourceFile): ts.Identifier[] {
    const found: ts.Identifier[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node)) {
            found.push(node);
        }
        node.forEachChild(visit);
    };
    visit(source);
    return found;
}

/** Whether it names a function that the module does not export, on the top or inside another. */
function isOwnFunction({ parent, text }: ts.Identifier): boolean {
    if (ts.isFunctionDeclaration(parent)) {
        return parent.name?.text === text && !(ts.getModifiers(parent) ?? []).some(isExport);
    }
    const isArrow =
        ts.isVariableDeclaration(parent) && parent.initializer?.kind === ts.SyntaxKind.ArrowFunction;
    const statement = isArrow ? parent.parent.parent : parent;
    const isExported = ts.isVariableStatement(statement) && (ts.getModifiers(statement) ?? []).some(isExport);
    return isArrow && parent.name.getText() === text && !isExported;
}

function isExport({ kind }: ts.ModifierLike): boolean {
    return kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DeclareKeyword;
}

/** Whether it introduces a name: that of a parameter, a variable, a function, a class, a type or an import. */
function isDeclared({ parent, ...node }: ts.Identifier): boolean {
    return "name" in parent && (parent as ts.NamedDeclaration).name?.end === node.end && !isMember(parent);
}

function isMember(node: ts.Node): boolean {
    return (
        ts.isPropertyAccessExpression(node) ||
        ts.isPropertyAssignment(node) ||
        ts.isShorthandPropertyAssignment(node) ||
        ts.isPropertySignature(node) ||
        ts.isMethodSignature(node) ||
        ts.isPropertyDeclaration(node) ||
        ts.isMethodDeclaration(node)
    );
}

/** Whether it is the name of a property, not of a value. */
function isProperty(node: ts.Identifier): boolean {
    const { parent } = node;
    const isName = "name" in parent && (parent as ts.NamedDeclaration).name === node;
    const isKey = ts.isBindingElement(parent) && parent.propertyName === node;
    return isKey || (isName && isMember(parent) && !ts.isShorthandPropertyAssignment(parent));
}
