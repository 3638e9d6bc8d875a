import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

import { withTable } from "./page-table.js";

const HEAD = ["Commit", "Date", "Node.js", "Seconds"] as const;

/** What a page of `docs/reports/` tells of one run of a command. */
export interface Measurement {
    readonly page: string;
    /** Titles of the columns that are the command's own. */
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
    readonly startedAtMs: number;
}

/** The commit that the working folder is at, short. */
export function headCommit(): string {
    return git("rev-parse", "--short", "HEAD");
}

function git(...args: string[]): string {
    return execFileSync("git", args, { encoding: "utf8" }).trim();
}

/** Puts a run's table into its page: what was found, at which commit, when, with which Node.js, and in how many seconds. */
export function writeMeasurement({ page, columns, rows, startedAtMs }: Measurement): void {
    const isChanged = git("status", "--porcelain", "--", "*.ts") !== "";
    const origin = [
        `\`${headCommit()}\`${isChanged ? " and changes" : ""}`,
        new Date().toISOString().slice(0, 10),
        process.versions.node,
        ((Date.now() - startedAtMs) / 1_000).toFixed(0),
    ];
    const [head, body] = [[...columns, ...HEAD], rows.map((row) => [...row, ...origin])];
    const widths = head.map((title, nth) =>
        Math.max(title.length, ...body.map((row) => row[nth]?.length ?? 0)),
    );
    const line = (cells: readonly string[], filler = " "): string =>
        `| ${cells.map((cell, nth) => cell.padEnd(widths[nth] ?? 0, filler)).join(" | ")} |`;
    const table = [
        line(head),
        line(
            head.map(() => ""),
            "-",
        ),
        ...body.map((row) => line(row)),
    ];
    writeFileSync(page, withTable(readFileSync(page, "utf8"), columns.slice(0, 2).join(" | "), table));
}
