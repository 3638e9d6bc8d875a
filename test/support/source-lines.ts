import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join } from "node:path";

/** Mocha makes paths relative to the current directory. */
const COMPILED = /((?:[A-Z]:)?[^():\s]+\.js):(\d+):(\d+)/g;

/**
 * A stack trace with the lines of the sources. Node.js would do the same (`--enable-source-maps`), but reads the map of
 * every module for it, and not of those that something has failed in.
 */
export function withSourceLines(stack: string): string {
    return stack.replace(COMPILED, (place, file: string, line: string, column: string) => {
        const origin = readMap(file)?.findOrigin(Number(line), Number(column));
        return origin === undefined || !("fileName" in origin)
            ? place
            : `${join(dirname(file), origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}`;
    });
}

/** Undefined: it was not compiled here. */
function readMap(file: string): SourceMap | undefined {
    let text: string;
    try {
        text = readFileSync(`${file}.map`, "utf8");
    } catch {
        return undefined;
    }
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
}
