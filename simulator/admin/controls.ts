import type { Failure } from "../faults/failures.js";
import type { Fault, FaultScript } from "../faults/script.js";
import { DEFAULT_TEAM, type Grant, type Tokens } from "../http/tokens.js";
import type { LoggedRequest, RequestLog } from "../request-log.js";
import type { Settings } from "../settings.js";
import type { HistoryEntry } from "../state/history.js";
import type { World } from "../world.js";
import { Panel } from "./panel.js";
import { type Summary, summarize } from "./summary.js";

/** Fault injection. */
export interface Faults {
    add(fault: Fault): void;
    /** The next `times` attempts to destroy this resource fail; the id is that of the associated list. */
    failItem(resourceId: string, failure?: Failure): void;
    failDroplet(dropletId: number, failure?: Failure): void;
    clear(): void;
}

/** Controls of the simulator besides DigitalOcean's API. */
export interface Controls {
    /** Can be changed at any time. */
    readonly settings: Settings;
    readonly faults: Faults;
    /** The control panel of the default team. */
    readonly panel: Panel;
    panelOf(team: string): Panel;
    /** Adds or changes a token. */
    setToken(token: string, grant: Grant): void;
    state(): Summary;
    /** Every resource that exists or existed, and who destroyed it. */
    history(): readonly HistoryEntry[];
    requests(): readonly LoggedRequest[];
    clearRequests(): void;
}

export function createControls(world: World, script: FaultScript, log: RequestLog, tokens: Tokens): Controls {
    return {
        settings: world.settings,
        faults: {
            add: (fault) => script.add(fault),
            failItem: (resourceId, failure) => world.failures.failItem(resourceId, failure),
            failDroplet: (dropletId, failure) => world.failures.failDroplet(dropletId, failure),
            clear: () => {
                script.clear();
                world.failures.clear();
            },
        },
        panel: new Panel(world, DEFAULT_TEAM),
        panelOf: (team) => new Panel(world, team),
        setToken: (token, grant) => tokens.set(token, grant),
        state: () => {
            world.agenda.catchUp();
            return summarize(world.state);
        },
        history: () => {
            world.agenda.catchUp();
            return world.history.list();
        },
        requests: () => log.list(),
        clearRequests: () => log.clear(),
    };
}
