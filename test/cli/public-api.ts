import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import ts from "typescript";

import { REPOSITORY } from "../support/engine-project-files.js";
import type { Snippet } from "../support/snippets.js";

/** What `exports` of package.json publishes. */
const ENTRIES = ["sdk/index.ts", "provider/index.ts"];

/** One name that users can import. */
export interface PublicSymbol {
    readonly name: string;
    /** `sdk/policy.ts` */
    readonly file: string;
    /** Every declaration of the name has a comment with text. */
    readonly isDocumented: boolean;
    readonly examples: readonly Snippet[];
    /** Properties and methods without a comment. */
    readonly undocumented: readonly string[];
}

/** Every symbol that the entry points export, with what its comments say. */
export function publicSymbols(): PublicSymbol[] {
    return ENTRIES.flatMap((entry) =>
        parsed(entry).statements.flatMap((statement) => {
            if (ts.isExportDeclaration(statement)) {
                return reExports(entry, statement);
            }
            return isExported(statement)
                ? declaredNames(statement).map((name) => findSymbol(name, entry))
                : [];
        }),
    ).filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index);
}

function reExports(entry: string, { exportClause, moduleSpecifier }: ts.ExportDeclaration): PublicSymbol[] {
    if (exportClause === undefined || !ts.isNamedExports(exportClause) || moduleSpecifier === undefined) {
        throw new Error(`${entry}: only explicit named exports of other files are read`);
    }
    const path = (moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, ".ts");
    return exportClause.elements.map(({ name }) => findSymbol(name.text, join(dirname(entry), path)));
}

function findSymbol(name: string, file: string): PublicSymbol {
    const declarations = parsed(file).statements.filter((statement) =>
        declaredNames(statement).includes(name),
    );
    const docs = declarations.map(findDocs);
    return {
        name,
        file,
        isDocumented:
            docs.length > 0 && docs.every((all) => all.some(({ comment }) => comment !== undefined)),
        examples: docs
            .flat()
            .flatMap(({ tags }) => [...(tags ?? [])])
            .filter(({ tagName }) => tagName.text === "example")
            .map((tag) => ({ place: `${file}: ${name}`, text: codeIn(tag) })),
        undocumented: declarations
            .flatMap(findMembers)
            .filter((member) => findDocs(member).length === 0)
            .map((member) => `${file}: ${name}.${member.name?.getText()}`),
    };
}

function codeIn({ comment }: ts.JSDocTag): string {
    const text = ts.getTextOfJSDocComment(comment) ?? "";
    return /```ts\n(.*?)```/s.exec(text)?.[1] ?? "";
}

/** What users see of a class or an interface. */
function findMembers(node: ts.Node): (ts.ClassElement | ts.TypeElement)[] {
    if (ts.isInterfaceDeclaration(node)) {
        return [...node.members];
    }
    return ts.isClassDeclaration(node)
        ? node.members.filter((member) => ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member))
        : [];
}

function findDocs(node: ts.Node): ts.JSDoc[] {
    return ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
}

function declaredNames(statement: ts.Statement): string[] {
    if (ts.isVariableStatement(statement)) {
        return statement.declarationList.declarations.map(({ name }) => name.getText());
    }
    const isNamed =
        ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement);
    return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function isExported(statement: ts.Statement): boolean {
    return (
        ts.canHaveModifiers(statement) &&
        (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    );
}

function parsed(file: string): ts.SourceFile {
    const text = readFileSync(join(REPOSITORY, file), "utf8");
    return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}
