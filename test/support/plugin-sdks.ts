import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { findExecutable, pathFolders } from "../../tools/engine/executable.js";
import { schemaText } from "../../tools/plugin/files.js";
import { cachedFolder } from "./cached-folder.js";
import { REPOSITORY } from "./engine-project-files.js";

const run = promisify(execFile);
/** A generator that no earlier build of the engine has compiled for. */
export const BUILD_TIMEOUT_MS = 10 * 60_000;

const GENERATOR = join("tools", "engine", "go", "gen-sdk");

/**
 * A folder with what Pulumi's generators make of the plugin's schema, by language. It is the same one as long as schema
 * and generators are, so that compilers find what they made of it before. To be called from a `before` hook; without
 * Go, the suite says that it is left out.
 */
export async function generatedSdks(hook: Mocha.Context): Promise<string> {
    const go = findExecutable("go", pathFolders(process.env), process.platform);
    if (go === undefined) {
        console.log("    left out: no Go, in which the generators are");
        return hook.skip();
    }
    hook.timeout(BUILD_TIMEOUT_MS);
    const schema = schemaText("0.1.0");
    const generate = async (folder: string): Promise<void> => {
        const generator = join(folder, "gen-sdk");
        await cp(join(REPOSITORY, GENERATOR), generator, { recursive: true });
        const env = { ...process.env, GOWORK: "off" };
        const args = ["build", "-mod=readonly", "-buildvcs=false", "-o", "gen", "."];
        await run(go, args, { cwd: generator, env });
        await writeFile(join(folder, "schema.json"), schema);
        await run(join(generator, "gen"), [join(folder, "schema.json"), folder]);
    };
    return cachedFolder("plugin-sdks", [GENERATOR], generate, schema);
}
