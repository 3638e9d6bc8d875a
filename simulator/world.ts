import type { Clock } from "./clock.js";
import { FailureScript } from "./faults/failures.js";
import { type Settings, defaultSettings } from "./settings.js";
import { Agenda } from "./state/agenda.js";
import { History } from "./state/history.js";
import { State } from "./state/state.js";

/** What every operation works on. */
export interface World {
    readonly settings: Settings;
    readonly state: State;
    readonly agenda: Agenda;
    /** Which resources will refuse to be destroyed. */
    readonly failures: FailureScript;
    readonly history: History;
}

export function createWorld(clock: Clock, settings: Partial<Settings> = {}): World {
    const chosen = { ...defaultSettings, ...settings };
    const agenda = new Agenda(clock, () => chosen.clockSkewMs);
    const history = new History(agenda);
    return {
        settings: chosen,
        state: new State(history),
        agenda,
        failures: new FailureScript(),
        history,
    };
}
