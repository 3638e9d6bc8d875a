import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CELLS, type Cell } from "./compat/cell.js";
import { upAndDestroy } from "./compat/life.js";
import { makeProject } from "./compat/project.js";
import { run } from "./compat/run.js";
import type { Engine } from "./engine/engine.js";
import { ensureEngine } from "./engine/ensure.js";
import { pack } from "./package/pack.js";
import { withTable } from "./page-table.js";

const PAGE = join(__dirname, "..", "docs", "reports", "compatibility.md");
const HEAD = [
    "| Node.js | Package manager | Program | `@pulumi/pulumi` | `@pulumi/digitalocean` | Result |",
    "| --- | --- | --- | --- | --- | --- |",
];

/**
 * Runs the cells whose row has every word of the command line, and prints a row for each; with `--write`, all of them,
 * and the page of reports gets the table.
 */
async function main(args: readonly string[]): Promise<void> {
    const writes = args.includes("--write");
    const words = args.filter((word) => word !== "--write");
    if (writes && words.length > 0) {
        throw new Error("--write is for a run of all rows: leave out the words that select some");
    }
    const root = await realpath(await mkdtemp(join(tmpdir(), "compat-")));
    const engine = await ensureEngine({
        env: process.env,
        platform: process.platform,
        fetch,
        log: (line) => console.error(line),
    });
    const { tarball } = await pack(join(__dirname, ".."), root);
    const cells = CELLS.filter((cell) => words.every((word) => formatRow(cell).includes(word)));
    console.log(HEAD.join("\n"));
    const rows: string[] = [];
    let failed = 0;
    for (const [index, cell] of cells.entries()) {
        const result = await runCell(cell, join(root, `cell-${index}`), { root, tarball, engine });
        failed += result.startsWith("fails") ? 1 : 0;
        rows.push(`${formatRow(cell)} ${result} |`);
        console.log(rows.at(-1));
    }
    console.log(`\n${cells.length - failed} of ${cells.length} as known`);
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
    if (writes) {
        const page = await readFile(PAGE, "utf8");
        await writeFile(PAGE, withTable(page, "Node.js | Package manager", [...HEAD, ...rows]));
    }
    process.exitCode = failed === 0 && cells.length > 0 ? 0 : 1;
}

interface Tools {
    readonly root: string;
    readonly tarball: string;
    readonly engine: Engine;
}

async function runCell(cell: Cell, folder: string, { root, tarball, engine }: Tools): Promise<string> {
    try {
        const node = await installNode(cell.node, root);
        await mkdir(folder);
        const project = await makeProject(cell, folder, tarball);
        await upAndDestroy(cell, project, node, engine);
    } catch (error) {
        const { message } = error as Error;
        if (cell.fails !== undefined && message.includes(cell.fails)) {
            return `known to fail, see the guide: ${cell.fails}`;
        }
        console.error(`${formatRow(cell)}\n${message}\n`);
        return `fails: ${oneLine(message)}`;
    }
    if (cell.fails !== undefined) {
        return "fails: it was known not to work, and does";
    }
    return cell.note === undefined ? "works" : `works (${cell.note})`;
}

/** @returns the folder with the executable; the registry has Node.js itself */
async function installNode(version: string, root: string): Promise<string> {
    const folder = join(root, `node-${version}`);
    await mkdir(folder, { recursive: true });
    await run("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", `node@${version}`], folder);
    return join(folder, "node_modules", "node", "bin");
}

function formatRow({ node, manager, program, pulumi, digitalocean }: Cell): string {
    return `| ${[node, manager, program, pulumi, digitalocean].join(" | ")} |`;
}

function oneLine(message: string): string {
    const lines = message.split("\n").map((line) => line.trim());
    const telling = lines.find((line) => /^(?:npm )?error[: ]/.test(line)) ?? lines[0] ?? "";
    return telling.replaceAll("|", "/").slice(0, 200);
}

void main(process.argv.slice(2));
