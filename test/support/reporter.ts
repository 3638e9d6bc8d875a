import { reporters, type MochaOptions, type Runner, type Test } from "mocha";

import { startTally, takeTally } from "../contract/tally.js";
import { startCountingRuns, takeRunCount } from "./engine-runs.js";
import { withSourceLines } from "./source-lines.js";
import { TELLS_ALL } from "./tells-all.js";

/**
 * Mocha's spec reporter, with the wall time of the two halves of the suite, how often the engine was started, and one
 * plain line at the end. Files start in the order of `.mocharc.cjs`: those without the engine first.
 */
class ClosingReporter extends reporters.Spec {
    readonly #startedMs = performance.now();
    #withoutEngineMs = 0;

    constructor(runner: Runner, options: MochaOptions) {
        super(runner, options);
        startCountingRuns();
        startTally();
        runner.on("fail", (_: Test, error: Error) => (error.stack &&= withSourceLines(error.stack)));
        runner.on("test end", ({ file }: Test) => {
            if (!/[\\/]test[\\/](?:engine|process)[\\/]/.test(file ?? "")) {
                this.#withoutEngineMs = performance.now() - this.#startedMs;
            }
        });
    }

    override done(failures: number, finish?: (failures: number) => void): void {
        const { passes, pending } = this.stats;
        const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
        const allMs = performance.now() - this.#startedMs;
        console.log(
            `  without the engine ${seconds(this.#withoutEngineMs)}, on the engine ${seconds(allMs - this.#withoutEngineMs)} (${takeRunCount()} runs)`,
        );
        if (!TELLS_ALL) {
            console.log(
                "  some of what takes long is left to CI (docs/testing.md); `CI=true npm test` runs all",
            );
        }
        const { line, wrong } = takeTally();
        console.log(`  ${line}`);
        wrong.forEach((one) => console.log(`    ${one}`));
        const failed = failures + wrong.length;
        console.log(`${passes} passed, ${failed} failed${pending === 0 ? "" : `, ${pending} skipped`}`);
        finish?.(failed);
    }
}

module.exports = ClosingReporter;
