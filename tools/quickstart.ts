/** `npm run quickstart [-- --fail]`: the main job on a real Pulumi engine, against the simulator. */
import { parseArgs } from "node:util";

import { ensureEngine } from "./engine/ensure.js";
import { buildPackage } from "./quickstart/build.js";
import { consoleScreen } from "./quickstart/screen.js";
import { openStage } from "./quickstart/stage.js";
import { tellFailure, tellSuccess } from "./quickstart/story.js";

const USAGE = "usage: npm run quickstart [-- --fail]";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function main(fail: boolean, interrupted: AbortSignal): Promise<void> {
    const screen = consoleScreen(process.stdout, process.env);
    buildPackage(screen);
    screen.heading("the Pulumi engine");
    const log = (line: string): void => screen.line(line);
    const context = { env: process.env, log, fetch, platform: process.platform };
    const engine = await Promise.race([ensureEngine(context), rejectedBy(interrupted)]);
    screen.line(`Pulumi ${engine.version}: ${engine.command}`);
    // Long enough for progress to be seen; three rounds of it are waited for where one fails.
    const destroyMs = fail ? 5_000 : 8_000;
    const stage = await openStage({ engine, screen, env: process.env, interrupted, destroyMs });
    try {
        await (fail ? tellFailure(stage) : tellSuccess(stage));
    } finally {
        await stage.close();
    }
}

/** Later signals change nothing: npm and the terminal may both send one, and the clean-up ends by itself. */
function abortedBySignals(): AbortSignal {
    const controller = new AbortController();
    for (const signal of SIGNALS) {
        process.on(signal, () => controller.abort(new Error("interrupted")));
    }
    controller.signal.addEventListener("abort", () => {
        process.stderr.write("\nquickstart: stopping, as soon as the step under way is finished\n");
    });
    return controller.signal;
}

/** Getting an engine takes minutes, and cannot be stopped half-way. */
function rejectedBy(signal: AbortSignal): Promise<never> {
    return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
}

function wantsFailure(): boolean {
    try {
        return parseArgs({ options: { fail: { type: "boolean", default: false } } }).values.fail;
    } catch (error) {
        process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
        process.exit(2);
    }
}

const interrupted = abortedBySignals();
main(wantsFailure(), interrupted).then(
    () => undefined,
    (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        process.stderr.write(`\nquickstart: ${interrupted.aborted ? "interrupted" : message}\n`);
        process.exit(interrupted.aborted ? 130 : 1);
    },
);
