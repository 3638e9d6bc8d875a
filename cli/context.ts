import { withDeadline } from "../provider/teardown/run.js";
import type { TimeLimits } from "./arguments/invocation.js";
import type { CommandResult } from "./result.js";
import type { CliRuntime } from "./runtime.js";
import type { Session } from "./session.js";
import type { Paint } from "./text/terminal.js";

/** A command's inputs and outputs. */
export interface Context {
    readonly session: Session;
    readonly runtime: CliRuntime;
    /** For standard output. */
    readonly paint: Paint;
    /** For standard error. */
    readonly paintProgress: Paint;
    /** Saves what is known so far, for the report of a run that does not finish. */
    readonly saveProgress: (known: Partial<CommandResult>) => Promise<void>;
    /** Supplies what became known since, for the report of a crash; called only then. */
    readonly recall: (latest: () => Partial<CommandResult>) => void;
}

/** Runs read-only work under the deadline and the interrupt of a run. */
export function inTime<T>(
    { timeoutMs }: TimeLimits,
    { runtime }: Context,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    return withDeadline(runtime.clock, timeoutMs, runtime.interrupt, work);
}
