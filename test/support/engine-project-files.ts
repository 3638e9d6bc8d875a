import { join } from "node:path";

import { pluginBinFolder } from "../../simulator/plugin/bin-folder.js";
import { findExecutable, pathFolders } from "../../tools/engine/executable.js";

/** The work tree, from this file or from its compiled form in dist/test/support. */
export const REPOSITORY = join(
    __dirname,
    ...(__filename.endsWith(".ts") ? ["..", ".."] : ["..", "..", ".."]),
);

/** With DIGITALOCEAN_PLUGIN=official it is an error when the official provider is not on PATH. */
const VARIABLE = "DIGITALOCEAN_PLUGIN";

/** The official provider is used where it is on PATH; else the stand-in. */
export function pulumiYaml(name: string, typescript: boolean, env: NodeJS.ProcessEnv): string {
    const official = findExecutable("pulumi-resource-digitalocean", pathFolders(env), process.platform);
    if (official === undefined && env[VARIABLE] === "official") {
        throw new Error(`${VARIABLE}=official, but pulumi-resource-digitalocean is not on PATH`);
    }
    const standIn = { providers: [{ name: "digitalocean", path: pluginBinFolder(REPOSITORY) }] };
    // YAML takes JSON as it is.
    return JSON.stringify({
        name,
        runtime: { name: "nodejs", options: { typescript } },
        main: typescript ? "index.ts" : "index.js",
        ...(official === undefined ? { plugins: standIn } : {}),
    });
}
