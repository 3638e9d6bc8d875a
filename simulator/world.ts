import type { Clock } from "./clock.js";
import { FailureScript, FaultScript } from "./faults/script.js";
import { RateLimits } from "./http/rate-limit.js";
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
    readonly limits: RateLimits;
}

export function createWorld(clock: Clock, settings: Partial<Settings> = {}): World {
    return emptyWorld(clock, { ...defaultSettings, ...settings });
}

/** Makes it what it was when it was created with these settings; who holds it, or its settings, still does. */
export function resetWorld(world: World, clock: Clock, settings: Partial<Settings> = {}): void {
    Object.assign(world.settings, defaultSettings, settings);
    Object.assign(world, emptyWorld(clock, world.settings));
}

function emptyWorld(clock: Clock, settings: Settings): World {
    const agenda = new Agenda(clock, () => settings.clockSkewMs);
    const history = new History(agenda);
    return {
        settings,
        state: new State(history),
        agenda,
        faults: new FaultScript(),
        failures: new FailureScript(),
        history,
        requests: new RequestLog(),
        limits: new RateLimits(),
    };
}
