import type { Droplet } from "../provider/teardown/resource.js";
import type { Entry } from "./exit-code.js";
import type { OrphanList } from "./orphan-list.js";
import type { Session } from "./session.js";
import type { Paint } from "./style.js";
import type { Surroundings } from "./surroundings.js";

/** What a command works with. */
export interface Context {
    readonly session: Session;
    readonly surroundings: Surroundings;
    /** For standard output. */
    readonly paint: Paint;
    /** For standard error. */
    readonly paintProgress: Paint;
    /** Says what is known so far, for the report of a run that does not come to its end. */
    readonly record: (known: Partial<Outcome>) => Promise<void>;
    /** Where a run that crashes finds what has become known since; asked only then. */
    readonly recall: (latest: () => Partial<Outcome>) => void;
}

/** What a command comes to. */
export interface Outcome {
    readonly entries: readonly Entry[];
    readonly account: string | null;
    readonly planDigest: string | null;
    /** For standard output. */
    readonly text: string;
    /** What to do next, line by line, where something has not come to a good end. */
    readonly advice: readonly string[];
    /** What kept the whole command from its work; null where nothing did. */
    readonly error: unknown;
    /** Droplets that gained the tag after the plan was made, and were left alone. */
    readonly strays: readonly Droplet[];
    /** Null for every command but `orphans`. */
    readonly orphans: OrphanList | null;
    /** Whether there should be no orphan that is listed. */
    readonly orphansAreFailure: boolean;
}

export const NO_OUTCOME: Outcome = {
    entries: [],
    account: null,
    planDigest: null,
    text: "",
    advice: [],
    error: null,
    strays: [],
    orphans: null,
    orphansAreFailure: false,
};
