import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { buildYamlHost, YAML_VERSION } from "./build.js";
import { cacheFolder } from "./cache.js";
import type { Engine, EngineContext } from "./engine.js";
import { findExecutable, pathFolders } from "./executable.js";
import { withLock } from "./lock.js";

const HOST = "pulumi-language-yaml";

/** The folder of the language host for YAML: beside the engine, where a release has it, on PATH, or in the cache. */
export function findYamlHost(engine: Engine, context: EngineContext): string | null {
    const folders = [...engine.binDirs, ...pathFolders(context.env), join(hostFolder(context), "bin")];
    const found = findExecutable(HOST, folders, context.platform);
    return found === undefined ? null : dirname(found);
}

/** The same; it is built where there is none, from its published Go module. Throws where that is impossible. */
export async function ensureYamlHost(engine: Engine, context: EngineContext): Promise<string> {
    return (
        findYamlHost(engine, context) ??
        withLock(
            `${hostFolder(context)}.lock`,
            async () => findYamlHost(engine, context) ?? build(hostFolder(context), context),
            () => context.log("another process is building the language host for YAML: waiting for it"),
        )
    );
}

function hostFolder({ env, platform }: EngineContext): string {
    return join(cacheFolder(env, platform), `language-yaml-${YAML_VERSION}`);
}

/** A rename at the end, so that nobody ever sees half of it. */
async function build(folder: string, context: EngineContext): Promise<string> {
    const draft = await mkdtemp(`${folder}-draft-`);
    try {
        if (!(await buildYamlHost(draft, context))) {
            throw new Error("no language host for YAML: install Go 1.26 or newer, or a release of Pulumi");
        }
        await rm(folder, { recursive: true, force: true });
        await rename(draft, folder);
        return join(folder, "bin");
    } finally {
        await rm(draft, { recursive: true, force: true });
    }
}
