import type { FailureScript } from "./faults/failures.js";
import type { Settings } from "./settings.js";
import type { Agenda } from "./state/agenda.js";
import type { State } from "./state/state.js";

/** What every operation works on. */
export interface World {
    readonly settings: Settings;
    readonly state: State;
    readonly agenda: Agenda;
    /** Which resources will refuse to be destroyed. */
    readonly failures: FailureScript;
}
