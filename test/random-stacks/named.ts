import { AIMED_LIVES } from "./aimed.js";
import { FOUND_LIVES } from "./found.js";
import type { Life } from "./life.js";

const QUIET = {
    ...{ roundTripMs: 150, destroyDurationMs: 4_000, deleteDelayMs: 1_000 },
    ...{ tagListDelayMs: 0, statusDelayMs: 0, pendingEvents: false, maxPageSize: 200 },
    ...{ minuteLimit: 100_000, hourlyLimit: 100_000 },
};

/** A life with a name, which says what it shows. */
export interface NamedLife {
    readonly name: string;
    readonly life: Life;
}

export const NAMED_LIVES: readonly NamedLife[] = [
    ...Object.entries(FOUND_LIVES).map(([name, { number, choice = "keep", steps }]): NamedLife => ({
        name: `${name} (life ${number})`,
        life: { settings: QUIET, engine: "today", choice, steps },
    })),
    ...Object.entries(AIMED_LIVES).map(([name, { settings, choice = "keep", steps }]): NamedLife => ({
        name,
        life: { settings: { ...QUIET, ...settings }, engine: "today", choice, steps },
    })),
];
