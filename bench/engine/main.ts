import { ensureEngine } from "../../tools/engine/ensure.js";
import { table, type Figure } from "../figures.js";
import { commandLineStart } from "./cli-start.js";
import { installing } from "./install.js";
import { manyAtOnce } from "./many.js";
import { besideThePlainStack } from "./pair.js";
import { loading } from "./require.js";
import { simulatorSpeed } from "./simulator.js";

/** What can be measured alone: `npm run bench:engine -- install`. */
const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
    engine: onTheEngine,
    start: commandLineStart,
    require: loading,
    install: () => installing(),
    simulator: () => simulatorSpeed(),
};

async function onTheEngine(): Promise<Figure[]> {
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const engine = await ensureEngine({ env: process.env, log, fetch, platform: process.platform });
    return [...(await besideThePlainStack(engine)), ...(await manyAtOnce(engine))];
}

/** What only real processes can tell; these figures are a stopwatch's, so compare them within one run. */
async function main(): Promise<void> {
    const asked = process.argv.slice(2);
    const unknown = asked.filter((name) => !(name in PARTS));
    if (unknown.length > 0) {
        throw new Error(
            `no such part: ${unknown.join(", ")}; the parts are ${Object.keys(PARTS).join(", ")}`,
        );
    }
    const figures: Figure[] = [];
    for (const [name, part] of Object.entries(PARTS)) {
        figures.push(...(asked.length === 0 || asked.includes(name) ? await part() : []));
    }
    process.stdout.write(`${table(figures)}\n`);
    process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
});
