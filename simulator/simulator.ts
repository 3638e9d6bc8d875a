import { adminRoutes } from "./admin/routes.js";
import { Panel } from "./admin/panel.js";
import { type Summary, summarize } from "./admin/summary.js";
import { answerAdmin } from "./admin/answer.js";
import type { Clock } from "./clock.js";
import { answerWith } from "./faults/apply.js";
import type { Failure } from "./faults/failures.js";
import { type Fault, FaultScript } from "./faults/script.js";
import { type Fetch, fetchThrough } from "./fetch.js";
import { Api } from "./http/api.js";
import type { Delivery, Drop } from "./http/delivery.js";
import type { WireRequest } from "./http/message.js";
import { DEFAULT_TEAM, type Grant, Tokens } from "./http/tokens.js";
import { apiRoutes } from "./operations/index.js";
import { type LoggedRequest, RequestLog } from "./request-log.js";
import type { Settings } from "./settings.js";
import type { HistoryEntry } from "./state/history.js";
import { createWorld } from "./world.js";

export interface SimulatorOptions {
    readonly clock: Clock;
    readonly settings?: Partial<Settings>;
    /** The tokens that are accepted; without it, everything shaped like a personal access token. */
    readonly tokens?: Readonly<Record<string, Grant>>;
}

/** What goes wrong, and when. */
export interface Faults {
    add(fault: Fault): void;
    /** The next `times` attempts to destroy this resource fail; the id is that of the associated list. */
    failItem(resourceId: string, failure?: Failure): void;
    failDroplet(dropletId: number, failure?: Failure): void;
    clear(): void;
}

/** DigitalOcean, simulated. */
export interface Simulator {
    /** Talks to it in process, without sockets. */
    readonly fetch: Fetch;
    /** May be changed at any time. */
    readonly settings: Settings;
    readonly faults: Faults;
    /** The control panel of the default team. */
    readonly panel: Panel;
    panelOf(team: string): Panel;
    /** Adds or changes a token. */
    setToken(token: string, grant: Grant): void;
    state(): Summary;
    /** Every resource that exists or has existed, and who ended it. */
    history(): readonly HistoryEntry[];
    requests(): readonly LoggedRequest[];
    clearRequests(): void;
    /** One request over any transport: half the round trip, the effect, the other half. */
    exchange(request: WireRequest, signal?: AbortSignal): Promise<Delivery | Drop>;
}

export function createSimulator({ clock, settings, tokens }: SimulatorOptions): Simulator {
    const world = createWorld(clock, settings);
    const script = new FaultScript();
    const log = new RequestLog();
    const grants = new Tokens(tokens);
    const api = new Api(world, grants, apiRoutes);

    const act = (request: WireRequest): Delivery | Drop => {
        world.agenda.catchUp();
        if (request.url.pathname.startsWith("/_admin/")) {
            return answerAdmin(admin, request);
        }
        const userAgent = request.headers.get("user-agent") ?? "";
        const delivery = world.agenda.onBehalfOf(userAgent, () =>
            answerWith(api, request, script.take(request)),
        );
        log.add({
            method: request.method,
            path: request.url.pathname + request.url.search,
            status: delivery.kind === "drop" ? 0 : delivery.status,
            userAgent,
            atMs: world.agenda.now(),
            body: request.body,
        });
        return delivery;
    };

    const exchange = async (request: WireRequest, signal?: AbortSignal): Promise<Delivery | Drop> => {
        const { roundTripMs } = world.settings;
        const halfMs = (typeof roundTripMs === "number" ? roundTripMs : roundTripMs()) / 2;
        await wait(clock, halfMs, signal);
        const delivery = act(request);
        await wait(clock, halfMs + (delivery.kind === "drop" ? 0 : delivery.delayMs), signal);
        return delivery;
    };

    const simulator: Simulator = {
        fetch: fetchThrough(exchange),
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
        setToken: (token, grant) => grants.set(token, grant),
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
        exchange,
    };
    const admin = adminRoutes(simulator);
    return simulator;
}

async function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0) {
        await clock.sleep(ms, signal);
    }
}
