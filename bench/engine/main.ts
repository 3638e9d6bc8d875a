import { ensureEngine } from "../../tools/engine/ensure.js";
import { table } from "../figures.js";
import { commandLineStart } from "./cli-start.js";
import { manyAtOnce } from "./many.js";
import { besideThePlainStack } from "./pair.js";
import { loading } from "./require.js";
import { simulatorSpeed } from "./simulator.js";

/** What only real processes can tell; these figures are a stopwatch's, so compare them within one run. */
async function main(): Promise<void> {
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const engine = await ensureEngine({ env: process.env, log, fetch, platform: process.platform });
    const figures = [
        ...(await besideThePlainStack(engine)),
        ...(await manyAtOnce(engine)),
        ...(await commandLineStart()),
        ...(await loading()),
        ...(await simulatorSpeed()),
    ];
    process.stdout.write(`${table(figures)}\n`);
    process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
});
