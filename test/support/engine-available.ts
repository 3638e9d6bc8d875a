import type { Engine } from "../../tools/engine/engine.js";
import { findEngine } from "../../tools/engine/find.js";

/**
 * The machine's Pulumi engine. Where there is none, the suite says so and is left out; in CI that is a failure.
 * `npm run engine` gets one.
 */
export async function engineFor(suite: Mocha.Context): Promise<Engine> {
    const log = (line: string): void => console.log(`    ${line}`);
    const engine = await findEngine({ env: process.env, log, fetch, platform: process.platform });
    if (engine !== null) {
        return engine;
    }
    const reason = "no Pulumi engine on PATH or in the cache: `npm run engine` gets one";
    if (process.env["CI"] !== undefined) {
        throw new Error(reason);
    }
    log(`left out: ${reason}`);
    return suite.skip();
}
