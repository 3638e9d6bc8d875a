/**
 * `npm run soak:engine`: walks through the lives of stacks on the real engine, any number of them. With `--crashes`: a
 * destroy that is disturbed at each of its requests, in each way; with `--plugin`, a destroy by the plugin; with
 * `--write`, the page of reports gets the table.
 */
import { parseArgs } from "node:util";

import { ensureEngine } from "../../tools/engine/ensure.js";
import { writeMeasurement } from "../../tools/measurement.js";
import { allCells, countEnds, crashAt, ENDS, endTable } from "./crashes.js";
import { shrink } from "./shrink.js";
import { drawWalk } from "./step.js";
import { tell, walk } from "./walk.js";

const RUNS = 6;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            seed: { type: "string", default: "1" },
            walks: { type: "string", default: "12" },
            lanes: { type: "string", default: "2" },
            runs: { type: "string", default: String(RUNS) },
            crashes: { type: "boolean", default: false },
            plugin: { type: "boolean", default: false },
            write: { type: "boolean", default: false },
        },
    });
    const [first, walks, lanes, runs] = [values.seed, values.walks, values.lanes, values.runs].map(
        Number,
    ) as [number, number, number, number];
    const log = (line: string): void => console.log(line);
    const engine = await ensureEngine({ env: process.env, log, fetch, platform: process.platform });
    if (values.crashes) {
        const frontEnd = values.plugin ? "plugin" : "package";
        const startedAtMs = Date.now();
        const endings = await crashAt(engine, await allCells(engine, frontEnd), frontEnd);
        countEnds(endings).forEach(log);
        if (values.write) {
            const [title, rows] = [
                frontEnd === "plugin" ? "By the plugin" : "By the package",
                endTable(endings),
            ];
            const columns = [
                title,
                "Destroys",
                ...ENDS.map((end) => end.replace(/^g/, "G").replace(/^r/, "R")),
            ];
            writeMeasurement({ page: "docs/reports/crashes.md", columns, rows, startedAtMs });
        }
        process.exitCode = endings.some(({ end }) => end === "refused") ? 1 : 0;
        return;
    }
    let [next, bad] = [first, 0];
    const lane = async (): Promise<void> => {
        while (next < first + walks) {
            const seed = next;
            next += 1;
            const steps = drawWalk(seed, runs);
            const violation = await walk(engine, steps);
            log(`seed ${seed}: ${violation === null ? "nothing wrong" : violation.what.join("; ")}`);
            if (violation !== null) {
                bad += 1;
                const least = await shrink(steps, (fewer) => walk(engine, fewer));
                log(tell(seed, least.steps, least.violation ?? violation));
            }
        }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    log(`${walks} walks from seed ${first}: ${bad} with violations`);
    process.exitCode = bad === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 2;
});
