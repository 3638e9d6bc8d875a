import type { Clock } from "./clock.js";
import { FailureScript, FaultScript } from "./faults/script.js";
import { defaultSettings, type Settings } from "./settings.js";
import { Agenda } from "./state/agenda.js";
import { History, RequestLog } from "./state/history.js";
import { State } from "./state/state.js";

/** What every operation works on. */
export interface World {
    readonly settings: Settings;
    readonly state: State;
    readonly agenda: Agenda;
    /** Which requests will go wrong. */
    readonly faults: FaultScript;
    /** Which resources will refuse to be destroyed. */
    readonly failures: FailureScript;
    readonly history: History;
    readonly requests: RequestLog;
}

export function createWorld(clock: Clock, settings: Partial<Settings> = {}): World {
    const chosen = { ...defaultSettings, ...settings };
    const agenda = new Agenda(clock, () => chosen.clockSkewMs);
    const history = new History(agenda);
    return {
        settings: chosen,
        state: new State(history),
        agenda,
        faults: new FaultScript(),
        failures: new FailureScript(),
        history,
        requests: new RequestLog(),
    };
}
