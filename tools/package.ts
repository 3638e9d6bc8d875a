/**
 * `prepack`: turns `dist` into what is published, a few bundled files in place of one for each source
 * (docs/decisions/0024-a-bundled-package.md). The next `npm run build` makes it what tests and tools use again.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeFiles } from "./package/bundled-file.js";
import { formatLicenses } from "./package/licenses.js";
import { ENTRIES, programFiles } from "./package/program.js";
import { writeBeside } from "./plugin/files.js";
import { typeFiles } from "./package/types.js";

const DIST = "dist";
/** What the compiler alone makes: declarations to bundle, and the file whose text users' state holds. */
const COMPILED = join(DIST, ".package");
const STORED = join("sdk", "stored-provider.js");

const TYPED = ["sdk/index", "provider/index"];

async function main(): Promise<void> {
    compile();
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const { files: program, packages } = await programFiles(ENTRIES, { version });
    const files = [
        ...program,
        ...(await typeFiles(COMPILED, TYPED)),
        { path: "THIRD-PARTY-LICENSES", text: formatLicenses(packages) },
    ];
    // Without its notes, the next build compiles everything again.
    for (const path of [
        "action",
        "cli",
        "plugin",
        "provider",
        "sdk",
        "shared",
        ".tsbuildinfo",
        ".tsbuildinfo-package",
    ]) {
        rmSync(join(DIST, path), { recursive: true, force: true });
    }
    writeFiles(DIST, files);
    writeBeside(join(DIST, "plugin"), version);
    copyFileSync(join(COMPILED, STORED), join(DIST, STORED));
    rmSync(COMPILED, { recursive: true });
}

function compile(): void {
    const compiler = require.resolve("typescript/bin/tsc");
    const args = [compiler, "-p", "tsconfig.package.json"];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0) {
        throw new Error("the package does not compile; see the compiler's messages above");
    }
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
