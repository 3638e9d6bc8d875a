import { withDeadline } from "../provider/teardown/run.js";
import type { CommandResult } from "./result.js";
import type { CliRuntime } from "./runtime.js";
import type { Session } from "./session.js";
import type { Paint } from "./text/terminal.js";

/** A command's inputs and outputs. */
export interface Context {
    readonly session: Session;
    readonly runtime: CliRuntime;
    /** How long read-only work, and each teardown, may take. */
    readonly timeoutMs: number;
    /** For standard output. */
    readonly paint: Paint;
    /** For standard error. */
    readonly paintProgress: Paint;
    /**
     * Saves what is known so far, for the report of a run that does not finish.
     * @param known called again for the report of a crash: with what became known since
     */
    readonly saveProgress: (known: () => CommandResult) => Promise<void>;
}

/** Runs read-only work under the deadline and the interrupt of a run. */
export function inTime<T>(
    { runtime, timeoutMs }: Context,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    return withDeadline(runtime.clock, timeoutMs, runtime.interrupt, work);
}
