import { join } from "node:path";

import { runCommand } from "./command.js";
import { cachedVersion, type EngineContext } from "./engine.js";
import { isolatedEnv } from "./isolation.js";

const SITE = "https://get.pulumi.com/";
const PROBE_TIMEOUT_MS = 10_000;
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** Installs the official release into `folder`. False where it cannot be had; it does not say so loudly. */
export async function installRelease(folder: string, context: EngineContext): Promise<boolean> {
    if (!(await siteAnswers(context.fetch))) {
        return false;
    }
    const version = cachedVersion(context.env);
    context.log(`getting Pulumi ${version} from ${SITE} (up to a few minutes)`);
    const program = join(__dirname, `install-release${__filename.endsWith(".ts") ? ".ts" : ".js"}`);
    const { code } = await runCommand(process.execPath, [...process.execArgv, program, folder, version], {
        env: isolatedEnv(context.env, { home: join(folder, "home") }),
        timeoutMs: INSTALL_TIMEOUT_MS,
    });
    return code === 0;
}

/** Asked first, so that a machine without a way out does not wait for a download that cannot come. */
async function siteAnswers(send: typeof fetch): Promise<boolean> {
    try {
        const answer = await send(SITE, { method: "HEAD", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
        return answer.status < 400;
    } catch {
        return false;
    }
}
