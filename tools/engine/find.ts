import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { engineFolder } from "./cache.js";
import { runCommand } from "./command.js";
import { requestedVersion, type Engine, type EngineContext, type EngineSource } from "./engine.js";
import { findExecutable, homeFolders, pathFolders } from "./executable.js";
import { isolatedEnv } from "./isolation.js";

const VERSION_TIMEOUT_MS = 30_000;

/** What Node.js programs and dynamic providers need besides `pulumi` itself. */
const HELPERS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** Looks for an engine on PATH, then in the cache. Gets nothing that is not there. */
export async function findEngine(context: EngineContext): Promise<Engine | null> {
    return (await findOnPath(context)) ?? (await findInCache(context));
}

/** The engine in the cache, or null. */
export async function findInCache(context: EngineContext): Promise<Engine | null> {
    const bin = join(engineFolder(context.env, context.platform), "bin");
    return existsSync(bin) ? engineIn([bin], "cache", context) : null;
}

/** The engine on PATH, unless another version is asked for. */
async function findOnPath(context: EngineContext): Promise<Engine | null> {
    const engine = await engineIn(pathFolders(context.env), "path", context);
    const requested = requestedVersion(context.env);
    return requested === undefined || engine?.version === requested ? engine : null;
}

/** The engine in these folders if it is complete and answers. */
export async function engineIn(
    folders: readonly string[],
    source: EngineSource,
    context: EngineContext,
): Promise<Engine | null> {
    const command = findExecutable("pulumi", folders, context.platform);
    if (command === undefined) {
        return null;
    }
    const binDirs = homeFolders(command);
    const missing = HELPERS.filter(
        (name) => findExecutable(name, [...binDirs, ...folders], context.platform) === undefined,
    );
    if (missing.length > 0) {
        context.log(`${command} is left aside: ${missing.join(" and ")} not found beside it`);
        return null;
    }
    const version = await readVersion(command, context.env);
    return version === undefined ? null : { command, binDirs, version, source };
}

async function readVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
    const home = await mkdtemp(join(tmpdir(), "engine-home-"));
    try {
        const options = { env: isolatedEnv(env, { home }), timeoutMs: VERSION_TIMEOUT_MS };
        const { code, stdout } = await runCommand(command, ["version"], options);
        return code === 0 ? /^v?(3\.\S+)/.exec(stdout.trim())?.[1] : undefined;
    } catch {
        return undefined;
    } finally {
        await rm(home, { recursive: true, force: true });
    }
}
