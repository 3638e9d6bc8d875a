import { answerAdmin } from "./admin/answer.js";
import { type Controls, createControls } from "./admin/controls.js";
import { adminRoutes } from "./admin/routes.js";
import type { Clock } from "./clock.js";
import { answerWith } from "./faults/apply.js";
import { FaultScript } from "./faults/script.js";
import { type Fetch, fetchThrough } from "./fetch.js";
import { Api } from "./http/api.js";
import type { Delivery, Drop } from "./http/delivery.js";
import type { WireRequest } from "./http/message.js";
import { type Grant, Tokens } from "./http/tokens.js";
import { apiRoutes } from "./operations/index.js";
import { RequestLog } from "./request-log.js";
import type { Settings } from "./settings.js";
import { createWorld } from "./world.js";

export interface SimulatorOptions {
    readonly clock: Clock;
    readonly settings?: Partial<Settings>;
    /** Accepted tokens; without it, any token shaped like a personal access token. */
    readonly tokens?: Readonly<Record<string, Grant>>;
}

/** A simulated DigitalOcean. */
export interface Simulator extends Controls {
    /** In-process access, without sockets. */
    readonly fetch: Fetch;
    /** One request over any transport: half the round trip, the effect, the other half. */
    exchange(request: WireRequest, signal?: AbortSignal): Promise<Delivery | Drop>;
}

export function createSimulator({ clock, settings, tokens }: SimulatorOptions): Simulator {
    const world = createWorld(clock, settings);
    const script = new FaultScript();
    const log = new RequestLog();
    const grants = new Tokens(tokens);
    const api = new Api(world, grants, apiRoutes);
    const controls = createControls(world, script, log, grants);
    const admin = adminRoutes(controls);

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

    return { ...controls, fetch: fetchThrough(exchange), exchange };
}

async function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0) {
        await clock.sleep(ms, signal);
    }
}
