import type { DestroyFailure, Fault } from "../faults/script.js";
import { DEFAULT_TEAM, type Grant, type Tokens } from "../http/tokens.js";
import type { Settings } from "../settings.js";
import type { HistoryEntry, LoggedRequest } from "../state/history.js";
import type { World } from "../world.js";
import { Panel } from "./panel.js";
import { plant, type Seed } from "./seed.js";
import { summarize, type Summary } from "./summary.js";

/** Fault injection. */
export interface Faults {
    add(fault: Fault): void;
    /** The next `times` attempts to destroy this resource fail; the id is that of the associated list. */
    failItem(resourceId: string, failure?: DestroyFailure): void;
    failDroplet(dropletId: number, failure?: DestroyFailure): void;
    clear(): void;
}

/** Controls of the simulator besides DigitalOcean's API. */
export interface Controls {
    /** Can be changed at any time. */
    readonly settings: Settings;
    readonly faults: Faults;
    /** The control panel of the default team. */
    readonly panel: Panel;
    panelFor(team: string): Panel;
    /** Adds or changes a token. */
    setToken(token: string, grant: Grant): void;
    state(): Summary;
    /** Every resource that exists or existed, and who destroyed it. */
    history(): readonly HistoryEntry[];
    requests(): readonly LoggedRequest[];
    clearRequests(): void;
    /** Makes what it says, in addition to what is there. */
    seed(seed: Seed): void;
    /** Back to the start: settings, tokens and seed as they were given, nothing else, no time of day. */
    reset(): void;
}

/** @param reset what is left to whoever has made the world */
export function createControls(world: World, tokens: Tokens, reset: () => void): Controls {
    const panelFor = (team: string): Panel => new Panel(world, team);
    return {
        settings: world.settings,
        faults: {
            add: (fault) => world.faults.add(fault),
            failItem: (resourceId, failure) => world.failures.failItem(resourceId, failure),
            failDroplet: (dropletId, failure) => world.failures.failDroplet(dropletId, failure),
            clear: () => {
                world.faults.clear();
                world.failures.clear();
            },
        },
        panel: new Panel(world, DEFAULT_TEAM),
        panelFor,
        setToken: (token, grant) => tokens.set(token, grant),
        state: () => {
            world.agenda.catchUp();
            return summarize(world.state);
        },
        history: () => {
            world.agenda.catchUp();
            return world.history.list();
        },
        requests: () => world.requests.list(),
        clearRequests: () => world.requests.clear(),
        seed: (seed) => plant(panelFor, seed),
        reset,
    };
}
