/** `npm run engine`: makes sure that there is a Pulumi engine, and says where it is. */
import type { EngineContext } from "./engine/engine.js";
import { ensureEngine } from "./engine/ensure.js";

const context: EngineContext = {
    env: process.env,
    log: (line) => process.stderr.write(`${line}\n`),
    fetch,
    platform: process.platform,
};

ensureEngine(context).then(
    (engine) => process.stdout.write(`Pulumi ${engine.version} (${engine.source}): ${engine.command}\n`),
    (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
    },
);
