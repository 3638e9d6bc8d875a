import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Names the file that has a byte for each run; the processes of a suite share it. */
const VARIABLE = "ENGINE_TEST_RUNS";
const COUNTED = ["up", "preview", "refresh", "destroy"];

/** To be called before other processes are started. */
export function startCountingRuns(): void {
    process.env[VARIABLE] ??= join(mkdtempSync(join(tmpdir(), "engine-runs-")), "runs");
}

/** @param operation what the engine is started for; the quick ones do not count */
export function countRun(operation: string | undefined): void {
    const file = process.env[VARIABLE];
    if (file !== undefined && COUNTED.includes(operation ?? "")) {
        appendFileSync(file, ".");
    }
}

/** How often the engine has been started so far. */
export function takeRunCount(): number {
    const file = process.env[VARIABLE] ?? "";
    appendFileSync(file, "");
    const { length } = readFileSync(file);
    rmSync(dirname(file), { recursive: true });
    return length;
}
