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

/** What a project's Pulumi.yaml says of its program. */
export interface ProgramKind {
    readonly typescript: boolean;
    /** A program in YAML, which is part of the Pulumi.yaml, and may use this package's plugin. */
    readonly yaml?: object | undefined;
    /** The folder of that plugin; the work tree's unless said; null: the engine has it installed. */
    readonly plugin?: string | null | undefined;
}

/** The official provider is used where it is on PATH; else the stand-in. */
export function usesStandIn(env: NodeJS.ProcessEnv): boolean {
    const official = findExecutable("pulumi-resource-digitalocean", pathFolders(env), process.platform);
    if (official === undefined && env[VARIABLE] === "official") {
        throw new Error(`${VARIABLE}=official, but pulumi-resource-digitalocean is not on PATH`);
    }
    return official === undefined;
}

export function pulumiYaml(name: string, kind: ProgramKind, env: NodeJS.ProcessEnv): string {
    const { typescript, yaml, plugin = join(REPOSITORY, "plugin", "bin") } = kind;
    const standIn = { name: "digitalocean", path: pluginBinFolder(REPOSITORY) };
    const own = plugin === null ? [] : [{ name: "droplet-teardown", path: plugin }];
    const plugins = { providers: [...(usesStandIn(env) ? [standIn] : []), ...own] };
    const program =
        yaml === undefined
            ? {
                  runtime: { name: "nodejs", options: { typescript } },
                  main: typescript ? "index.ts" : "index.js",
              }
            : { runtime: "yaml", ...yaml };
    // YAML takes JSON as it is.
    return JSON.stringify({ name, plugins, ...program });
}
