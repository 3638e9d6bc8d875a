import type { Droplet } from "../provider/teardown/model.js";
import type { ResultEntry } from "./exit-code.js";
import type { OrphanList } from "./orphan-list.js";
import type { Session } from "./session.js";
import type { Paint } from "./style.js";
import type { Runtime } from "./runtime.js";

/** A command's inputs and outputs. */
export interface Context {
    readonly session: Session;
    readonly runtime: Runtime;
    /** For standard output. */
    readonly paint: Paint;
    /** For standard error. */
    readonly paintProgress: Paint;
    /** Records what is known so far, for the report of a run that does not finish. */
    readonly record: (known: Partial<CommandResult>) => Promise<void>;
    /** Supplies what became known since, for the report of a crash; called only then. */
    readonly recall: (latest: () => Partial<CommandResult>) => void;
}

/** Result of a command. */
export interface CommandResult {
    readonly entries: readonly ResultEntry[];
    readonly account: string | null;
    readonly planDigest: string | null;
    /** For standard output. */
    readonly text: string;
    /** What to do next, line by line, if something did not succeed. */
    readonly advice: readonly string[];
    /** The error that stopped the whole command; null if there is none. */
    readonly error: unknown;
    /** Droplets that gained the tag after planning, and were left alone. */
    readonly lateArrivals: readonly Droplet[];
    /** Null for every command except `orphans`. */
    readonly orphans: OrphanList | null;
    /** Whether a listed orphan is an error. */
    readonly orphansAreFailure: boolean;
}

export const EMPTY_RESULT: CommandResult = {
    entries: [],
    account: null,
    planDigest: null,
    text: "",
    advice: [],
    error: null,
    lateArrivals: [],
    orphans: null,
    orphansAreFailure: false,
};
