/**
 * `npm run audit:inside`: fails if there is a published advisory about a package whose code is in ours. Whoever
 * installs ours cannot see it with `npm audit`, so we have to.
 */
import { spawnSync } from "node:child_process";
import { relative } from "node:path";

import { advisoriesAbout } from "./package/advisories.js";
import { ENTRIES, programFiles } from "./package/program.js";

async function main(): Promise<void> {
    const { packages } = await programFiles(ENTRIES);
    const folders = packages.map((folder) => relative(process.cwd(), folder).replaceAll("\\", "/"));
    // It ends with 1 if it finds anything, inside or not.
    const { stdout } = spawnSync("npm", ["audit", "--json"], { encoding: "utf8" });
    const advisories = advisoriesAbout(stdout, folders);
    const found = advisories.length === 0 ? "no advisory" : advisories.join("\n");
    process.stdout.write(`${folders.length} packages inside: ${found}\n`);
    process.exitCode = advisories.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
