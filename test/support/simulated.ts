import {
    createSimulator,
    type Settings,
    type Simulator,
    type SimulatorOptions,
} from "../../simulator/index.js";
import { observe } from "../contract/tally.js";

/** Volumes that are full: their snapshots are as large, and cost something. */
export const FULL_VOLUMES: Partial<Settings> = { volumeWrittenGigabytes: Infinity };

/** A simulator for a test: its answers are held against DigitalOcean's description. */
export function createTestSimulator(options: SimulatorOptions): Simulator {
    const simulator: Simulator = createSimulator({
        ...options,
        onExchange: (exchange) => {
            observe(exchange, simulator.settings);
            options.onExchange?.(exchange);
        },
    });
    return simulator;
}
