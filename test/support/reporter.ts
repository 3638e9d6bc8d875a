import { reporters, type MochaOptions, type Runner, type Suite } from "mocha";

/** Tests that run the engine, the command line, npm or a shell as processes. */
const PROCESSES = /[\\/]test[\\/](engine|process)[\\/]/;

/** Mocha's spec reporter, with the wall time of the two halves of the suite and one plain line at the end. */
class ClosingReporter extends reporters.Spec {
    readonly #spentMs = { processes: 0, rest: 0 };

    constructor(runner: Runner, options: MochaOptions) {
        super(runner, options);
        let startedMs = 0;
        const isOutermost = (suite: Suite): boolean => suite.parent?.root === true;
        runner.on("suite", (suite: Suite) => {
            startedMs = isOutermost(suite) ? performance.now() : startedMs;
        });
        runner.on("suite end", (suite: Suite) => {
            if (isOutermost(suite)) {
                const half = PROCESSES.test(suite.file ?? "") ? "processes" : "rest";
                this.#spentMs[half] += performance.now() - startedMs;
            }
        });
    }

    override done(failures: number, finish?: (failures: number) => void): void {
        const { passes, pending } = this.stats;
        const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
        console.log(
            `  in process ${seconds(this.#spentMs.rest)}, on the engine and in other processes ${seconds(this.#spentMs.processes)}`,
        );
        console.log(`${passes} passed, ${failures} failed${pending === 0 ? "" : `, ${pending} skipped`}`);
        finish?.(failures);
    }
}

module.exports = ClosingReporter;
