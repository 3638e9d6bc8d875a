import { tmpdir } from "node:os";
import { join } from "node:path";

import { cachedVersion } from "./engine.js";

/**
 * Where an engine that we got ourselves is kept: the user's cache folder, never the work tree.
 * `DROPLET_TEARDOWN_ENGINE_CACHE` names another folder.
 */
export function engineFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
    return join(cacheFolder(env, platform), `engine-${cachedVersion(env)}`);
}

/** The folder of everything that we got ourselves. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
    return env.DROPLET_TEARDOWN_ENGINE_CACHE ?? join(userCache(env, platform), "pulumi-droplet-teardown");
}

function userCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
    const home = env.HOME ?? env.USERPROFILE ?? tmpdir();
    switch (platform) {
        case "win32":
            return env.LOCALAPPDATA ?? join(home, "AppData", "Local");
        case "darwin":
            return join(home, "Library", "Caches");
        default:
            return env.XDG_CACHE_HOME ?? join(home, ".cache");
    }
}
