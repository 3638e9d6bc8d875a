/**
 * `npm run mutation:report`: writes what the last `npm run mutation` found into docs/reports/mutation.md. Rows of files
 * that it did not change stay; those of files that are gone go.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { headCommit } from "../measurement.js";
import { type Results, rowsIn, toRows, updatePage } from "./table.js";

const ROOT = join(__dirname, "..", "..");
const RESULTS = join(ROOT, "node_modules", ".cache", "stryker", "mutation.json");
const PAGE = join(ROOT, "docs", "reports", "mutation.md");

function main(): void {
    const results = JSON.parse(readFileSync(RESULTS, "utf8")) as Results;
    const when = `${new Date().toISOString().slice(0, 10)}, ${headCommit()}`;
    const before = readFileSync(PAGE, "utf8");
    const rows = new Map([...rowsIn(before), ...toRows(results, when)]);
    const present = [...rows].filter(([file]) => existsSync(join(ROOT, file)));
    writeFileSync(PAGE, updatePage(before, new Map(present)));
}

main();
