import type { HistoryEntry, LoggedRequest, Simulator } from "../../../simulator/index.js";
import { isOfAll, type Run } from "../life.js";
import type { Program } from "../program.js";
import type { InState, Ran } from "../stack.js";
import type { Chronicle } from "./chronicle.js";

/** A run of the engine that has come to its end, with what it has to do with. */
export interface RunEvent {
    readonly run: Run;
    readonly ran: Ran;
    readonly program: Program;
    readonly before: readonly InState[];
    readonly after: readonly InState[];
    /** Of the stack to which resources are moved. */
    readonly elsewhere: readonly InState[];
    /** What we have destroyed in it. */
    readonly destroyed: readonly HistoryEntry[];
    /** Droplets whose destroy was begun before it, and goes on by itself. */
    readonly going: ReadonlySet<number>;
    /** All that were sent in it. */
    readonly requests: readonly LoggedRequest[];
    /** Those of the run before, whose plugins live on for a while where only the engine was killed. */
    readonly earlier: readonly LoggedRequest[];
    /** DigitalOcean's time at its beginning and its end. */
    readonly startedMs: number;
    readonly endedMs: number;
    readonly chronicle: Chronicle;
    readonly simulator: Simulator;
}

/** Whether the run was about the whole stack, and ended by itself. */
export function isWhole({ run, ran }: RunEvent): boolean {
    return isOfAll(run) && (ran.ended === "well" || ran.ended === "badly");
}
