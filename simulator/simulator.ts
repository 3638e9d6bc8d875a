import { type Controls, createControls } from "./admin/controls.js";
import type { Seed } from "./admin/seed.js";
import type { Clock } from "./clock.js";
import { type Fetch, fetchThrough } from "./fetch.js";
import { createGateway, type Exchange } from "./gateway.js";
import { type TokenOptions, Tokens } from "./http/tokens.js";
import type { Delivery, Drop, WireRequest } from "./http/wire.js";
import type { Settings } from "./settings.js";
import { createWorld, resetWorld } from "./world.js";

export interface SimulatorOptions extends TokenOptions {
    readonly clock: Clock;
    readonly settings?: Partial<Settings>;
    /** What is there from the start. */
    readonly seed?: Seed;
    /** Told of every answer of the API before it leaves. */
    readonly onExchange?: (exchange: Exchange) => void;
}

/** A simulated DigitalOcean. */
export interface Simulator extends Controls {
    /** In-process access, without sockets. */
    readonly fetch: Fetch;
    /** One request over any transport: half the round trip, the effect, the other half. */
    exchange(request: WireRequest, signal?: AbortSignal): Promise<Delivery | Drop>;
}

export function createSimulator(options: SimulatorOptions): Simulator {
    const { clock, settings, seed, onExchange } = options;
    const world = createWorld(clock, settings);
    const grants = new Tokens(options);
    const begin = (): void => {
        if (seed !== undefined) {
            controls.seed(seed);
        }
    };
    const controls = createControls(world, grants, () => {
        resetWorld(world, clock, settings);
        grants.reset();
        begin();
    });
    begin();
    const answer = createGateway(world, grants, controls, onExchange);

    const exchange = async (request: WireRequest, signal?: AbortSignal): Promise<Delivery | Drop> => {
        const { roundTripMs } = world.settings;
        const halfMs = (typeof roundTripMs === "number" ? roundTripMs : roundTripMs()) / 2;
        await wait(clock, halfMs, signal);
        const delivery = answer(request);
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
