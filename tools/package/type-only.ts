import ts from "typescript";

const parsed = (text: string): ts.SourceFile =>
    ts.createSourceFile("index.d.ts", text, ts.ScriptTarget.Latest, true);

/** The bundler exports every class as a value; those that the entry exports as types stay types. */
export function keepTypeOnly(bundled: string, entry: string): string {
    const types = new Set(findExports(entry).filter(isTypeOnly).map(exportedName));
    const places = findExports(bundled)
        .filter((specifier) => !isTypeOnly(specifier) && types.has(exportedName(specifier)))
        .map((specifier) => specifier.getStart());
    const ends = [...places, bundled.length];
    return [0, ...places].map((start, index) => bundled.slice(start, ends[index])).join("type ");
}

function findExports(text: string): ts.ExportSpecifier[] {
    return parsed(text).statements.flatMap((statement) =>
        ts.isExportDeclaration(statement) &&
        statement.exportClause !== undefined &&
        ts.isNamedExports(statement.exportClause)
            ? [...statement.exportClause.elements]
            : [],
    );
}

const exportedName = (specifier: ts.ExportSpecifier): string => specifier.name.text;
const isTypeOnly = (specifier: ts.ExportSpecifier): boolean =>
    specifier.isTypeOnly || specifier.parent.parent.isTypeOnly;
