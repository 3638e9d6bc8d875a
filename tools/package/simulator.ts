import { spawnSync } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";

import { writeFiles } from "./bundled-file.js";
import { programFiles } from "./program.js";
import { typeFiles } from "./types.js";

/** What goes into the package as it is, from `simulator/`. */
const KEPT = ["package.json", "README.md", "Dockerfile", "recipes"];

/** Makes the package `digitalocean-simulator` in a folder, which is emptied first. Run it in the repository. */
export async function buildSimulator(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    const declarations = join(folder, "declarations");
    compile(declarations);
    const entries = { index: "./simulator/index.ts", main: "./simulator/main.ts" };
    const { files: program } = await programFiles(entries);
    const types = await typeFiles(join(declarations, "simulator"), ["index"]);
    await rm(declarations, { recursive: true });
    writeFiles(join(folder, "dist"), [...program, ...types]);
    await Promise.all(
        KEPT.map((path) => cp(join("simulator", path), join(folder, path), { recursive: true })),
    );
    await cp("LICENSE", join(folder, "LICENSE"));
}

function compile(outDir: string): void {
    const compiler = require.resolve("typescript/bin/tsc");
    const args = [compiler, "-p", "tsconfig.simulator.json", "--outDir", outDir, "--incremental", "false"];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0) {
        throw new Error("the simulator does not compile; see the compiler's messages above");
    }
}
