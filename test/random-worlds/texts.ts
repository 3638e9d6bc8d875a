import assert from "node:assert/strict";

/** What one destroy has said, by who reads it. */
export interface Texts {
    readonly people: readonly string[];
    /** Each a whole JSON text. */
    readonly json: readonly string[];
    readonly markdown: string;
}

/** What could move a cursor, turn text around or end a line; a line feed of our own aside. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;
/** A command that people copy: its arguments are ids, tags and URNs. */
const COMMAND = /^(?:or |To \w+ it, )?`([^`]*(?:pulumi|doctl)[^`]*)`/gm;

/** Holds everything that was said against what its readers make of it. */
export function checkTexts({ people, json, markdown }: Texts): void {
    for (const text of people) {
        assert.doesNotMatch(text, UNPRINTABLE);
        for (const [, command = ""] of text.matchAll(COMMAND)) {
            assert.match(
                command.replaceAll(/'[^']*'/g, ""),
                /^[\w=.,:*/ $-]*$/,
                "a command does more than one thing",
            );
        }
    }
    for (const text of json) {
        assert.doesNotMatch(text, UNPRINTABLE);
        const { version, droplets } = JSON.parse(text) as { version: number; droplets: readonly object[] };
        assert.deepEqual([version, droplets.length], [1, 1]);
    }
    checkMarkdown(markdown);
}

/** Holds the summary of a destroy or a plan against what GitHub makes of it. */
export function checkMarkdown(markdown: string): void {
    assert.doesNotMatch(markdown, UNPRINTABLE);
    const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
    assert.ok(rows.length > 2, "there is no table");
    for (const row of rows) {
        assert.equal(splitCells(row).length, 7, row);
    }
    for (const line of markdown.split("\n")) {
        // In a table, a cell is cut out first, and only then are its code spans found.
        const parts = line.startsWith("|") ? splitCells(line) : [line];
        const plain = parts
            .map(withoutCode)
            .join(" ")
            .replace(/^ *\|?[-| ]+\|?$/, "");
        assert.match(plain, /^[#*\w\s.,:;$()|…/-]*$/, `Markdown outside a code span: ${line}`);
    }
}

/** As GitHub cuts a row: at each pipe that no backslash stands before. The last pipe ends the last cell. */
function splitCells(row: string): string[] {
    return row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.replaceAll("\\|", "|"));
}

/** A code span ends at a run of as many backticks as it began with. */
function withoutCode(text: string): string {
    return text.replaceAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, "");
}
