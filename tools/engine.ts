/** `npm run engine`: makes sure that there is a Pulumi engine and a language host for YAML, and says where. */
import type { EngineContext } from "./engine/engine.js";
import { ensureEngine } from "./engine/ensure.js";
import { ensureYamlHost } from "./engine/yaml-host.js";

const context: EngineContext = {
    env: process.env,
    log: (line) => process.stderr.write(`${line}\n`),
    fetch,
    platform: process.platform,
};

async function main(): Promise<void> {
    const engine = await ensureEngine(context);
    process.stdout.write(`Pulumi ${engine.version} (${engine.source}): ${engine.command}\n`);
    const yaml = await ensureYamlHost(engine, context).catch((error: unknown) => `none (${String(error)})`);
    process.stdout.write(`Language host for YAML: ${yaml}\n`);
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
