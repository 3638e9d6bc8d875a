import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { gte } from "semver";

import type { Engine } from "../../tools/engine/engine.js";
import { REPOSITORY } from "./engine-project-files.js";

/** Of versions that are known to take an executable for a pack, the oldest. */
const TAKES_EXECUTABLE = "3.259.0";

const hasOwnLanguageHost = ({ source }: Engine): boolean => source === "path" || source === "release";

/** An older engine that we build can run no pack. */
export function runsPolicyPacks(engine: Engine): boolean {
    return hasOwnLanguageHost(engine) || gte(engine.version, TAKES_EXECUTABLE);
}

/**
 * Puts the example's policy pack where a project's modules are found; returns what `--policy-pack` is given. The
 * language host of an engine that we build does not run packs: such an engine takes an executable.
 */
export async function policyPack(project: string, engine: Engine): Promise<string> {
    const folder = join(project, "policy-pack");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "policy-pack", version: "1.0.0" }));
    for (const file of ["PulumiPolicy.yaml", "index.ts"]) {
        await writeFile(join(folder, file), await exampleSource("policy-pack", file));
    }
    const start = join(folder, "start");
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    await writeFile(start, `#!/bin/sh\ncd '${folder}'\nexec '${process.execPath}' '${runner}' "$1" .\n`, {
        mode: 0o755,
    });
    return hasOwnLanguageHost(engine) ? folder : start;
}

export function exampleSource(example: string, file: string): Promise<string> {
    return readFile(join(REPOSITORY, "examples", example, file), "utf8");
}
