import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { FROM_SOURCE, REPOSITORY } from "./repository.js";
import type { Screen } from "./screen.js";

/** What a program imports and what the engine runs; tests and tools are left out. */
const CONFIG = join("tools", "quickstart", "tsconfig.package.json");

/** Brings dist up to date, unless this very program is part of it. Throws where that fails. */
export function buildPackage(screen: Screen): void {
    if (!FROM_SOURCE) {
        return;
    }
    screen.heading("building the package (the first time about 5 s)");
    const compiler = require.resolve("typescript/bin/tsc");
    const { status } = spawnSync(process.execPath, [compiler, "-p", CONFIG], {
        cwd: REPOSITORY,
        stdio: "inherit",
    });
    if (status !== 0) {
        throw new Error("the package does not build: the compiler's messages stand above");
    }
}
