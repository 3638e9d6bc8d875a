/**
 * `npm run check`: every check, one after the other, with the time of each; all are run, and it fails if one fails.
 * `npm run check -- lint types` runs these.
 */
import { spawnSync } from "node:child_process";

/** Scripts of package.json, what is quick first. */
const PARTS = ["types", "lint", "format", "deadcode", "metrics", "shape", "test"];

interface Ran {
    readonly part: string;
    readonly seconds: number;
    readonly ok: boolean;
}

function run(part: string): Ran {
    console.log(`\n${part}`);
    const began = performance.now();
    const { status } = spawnSync(`npm run --silent ${part}`, { stdio: "inherit", shell: true });
    return { part, seconds: (performance.now() - began) / 1_000, ok: status === 0 };
}

function main(): void {
    const asked = process.argv.slice(2);
    const unknown = asked.filter((part) => !PARTS.includes(part));
    if (unknown.length > 0) {
        console.error(`no such part: ${unknown.join(", ")}; the parts are ${PARTS.join(", ")}`);
        process.exitCode = 2;
        return;
    }
    const ran = PARTS.filter((part) => asked.length === 0 || asked.includes(part)).map(run);
    console.log("");
    for (const { part, seconds, ok } of ran) {
        console.log(`${ok ? "ok    " : "failed"}  ${part.padEnd(8)}  ${seconds.toFixed(0).padStart(4)} s`);
    }
    process.exitCode = ran.every(({ ok }) => ok) ? 0 : 1;
}

main();
