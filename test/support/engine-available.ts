import type { Engine, EngineContext } from "../../tools/engine/engine.js";
import { ensureEngine } from "../../tools/engine/ensure.js";
import { findEngine } from "../../tools/engine/find.js";
import { ensureYamlHost, findYamlHost } from "../../tools/engine/yaml-host.js";
import { TELLS_ALL } from "./tells-all.js";

/** A build on a slow machine. */
const GETTING_ONE_TIMEOUT_MS = 45 * 60_000;

/**
 * The machine's Pulumi engine, to be called from a `before` hook. In CI (the variable CI is set) a missing one
 * is got, and it is a failure when that is not possible; elsewhere the suite says so and is left out.
 */
export async function engineFor(hook: Mocha.Context): Promise<Engine> {
    const log = (line: string): void => console.log(`    ${line}`);
    const context: EngineContext = { env: process.env, log, fetch, platform: process.platform };
    if (TELLS_ALL) {
        hook.timeout(GETTING_ONE_TIMEOUT_MS);
        return ensureEngine(context);
    }
    const engine = await findEngine(context);
    if (engine !== null) {
        return engine;
    }
    log("left out: no Pulumi engine on PATH or in the cache (`npm run engine` gets one)");
    return hook.skip();
}

/**
 * The same with a language host for YAML programs. In CI a missing one is built; elsewhere the suite says so and is
 * left out.
 */
export async function yamlEngineFor(hook: Mocha.Context): Promise<Engine> {
    const engine = await engineFor(hook);
    const log = (line: string): void => console.log(`    ${line}`);
    const context: EngineContext = { env: process.env, log, fetch, platform: process.platform };
    const folder = TELLS_ALL ? await ensureYamlHost(engine, context) : findYamlHost(engine, context);
    if (folder === null) {
        log("left out: no language host for YAML (`npm run engine` builds one)");
        return hook.skip();
    }
    return { ...engine, binDirs: [...engine.binDirs, folder] };
}

/** Whether a teardown is replaced together with its Droplet: since 3.260, what is deleted with a replaced resource is. */
export function replacesTheDroplet({ version }: Engine): boolean {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    return major > 3 || minor >= 260;
}
