import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { findExecutable, pathFolders } from "../../tools/engine/executable.js";
import { schemaText } from "../../tools/plugin/files.js";
import { REPOSITORY } from "./engine-project-files.js";

const run = promisify(execFile);
/** A generator that no earlier build of the engine has compiled for. */
export const BUILD_TIMEOUT_MS = 10 * 60_000;

/** A folder with what Pulumi's generators make of the plugin's schema, by language. */
export interface GeneratedSdks {
    readonly folder: string;
    readonly remove: () => Promise<void>;
}

/** Generates them, to be called from a `before` hook; without Go, the suite says that it is left out. */
export async function generateSdks(hook: Mocha.Context): Promise<GeneratedSdks> {
    const go = findExecutable("go", pathFolders(process.env), process.platform);
    if (go === undefined) {
        console.log("    left out: no Go, in which the generators are");
        return hook.skip();
    }
    hook.timeout(BUILD_TIMEOUT_MS);
    const folder = await mkdtemp(join(tmpdir(), "plugin-sdks-"));
    const generator = join(folder, "gen-sdk");
    await cp(join(REPOSITORY, "tools", "engine", "go", "gen-sdk"), generator, { recursive: true });
    const env = { ...process.env, GOWORK: "off" };
    await run(go, ["build", "-mod=readonly", "-buildvcs=false", "-o", "gen", "."], { cwd: generator, env });
    await writeFile(join(folder, "schema.json"), schemaText("0.1.0"));
    await run(join(generator, "gen"), [join(folder, "schema.json"), folder]);
    return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
