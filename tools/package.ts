/**
 * `prepack`: turns `dist` into what is published, a few bundled files in place of one for each source
 * (docs/decisions/0024-a-bundled-package.md). The next `npm run build` makes it what tests and tools use again.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { programFiles } from "./package/program.js";
import { writePlugin } from "./plugin/files.js";
import { typeFiles } from "./package/types.js";
import type { BundledFile } from "./package/bundled-file.js";

const DIST = "dist";
/** What the compiler alone makes: declarations to bundle, and the file whose text users' state holds. */
const COMPILED = join(DIST, ".package");
const STORED = join("sdk", "stored-provider.js");

/** `sdk/droplet` is an entry because `sdk/index` loads it on first use. */
const ENTRIES = ["sdk/index", "sdk/droplet", "provider/index", "cli/main"];
const TYPED = ["sdk/index", "provider/index"];

async function main(): Promise<void> {
    compile();
    const entries = Object.fromEntries(ENTRIES.map((entry) => [entry, `./${entry}.ts`]));
    const files = [...(await programFiles(entries)), ...(await typeFiles(COMPILED, TYPED))];
    // Without its notes, the next build compiles everything again.
    for (const path of [
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
    files.forEach(write);
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    await writePlugin(join(DIST, "plugin"), version);
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

function write({ path, text }: BundledFile): void {
    const place = join(DIST, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
