import type { Pool } from "../provider/fleet/pool.js";
import { findStrays, tearDownEach, type FleetMember } from "../provider/fleet/teardown-all.js";
import type { Clock } from "../provider/polling/clock.js";
import { withDeadline } from "../provider/teardown/deadline.js";
import type { Narrator } from "../provider/teardown/ports.js";
import type { Droplet } from "../provider/teardown/model.js";
import type { ResultEntry } from "./exit-code.js";

export interface FleetEffects {
    readonly clock: Clock;
    readonly pool: Pool;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** One line about all Droplets, which replaces the previous one. */
    readonly progress: (line: string) => void;
    /** Called for every finished teardown. */
    readonly ended: (entry: ResultEntry) => void;
}

/** Tears down many Droplets, each on its own terms. Never throws: `ended` receives each result. */
export async function runAll(
    members: readonly FleetMember[],
    effects: FleetEffects,
    signal: AbortSignal,
): Promise<void> {
    const { clock, pool, narratorFor, progress, ended } = effects;
    const fleet = {
        ...{ clock, pool, narratorFor, progress },
        ensureWanted: () => Promise.resolve(),
        report: (report: ResultEntry["report"], cause: unknown) => ended({ report, cause }),
    };
    await tearDownEach(members, fleet, signal);
}

/** Droplets that now carry the tag and were not selected: nobody approved their destroy. */
export async function findLateArrivals(
    tagName: string | null,
    selected: readonly number[],
    { clock, pool, timeoutMs }: Pick<FleetEffects, "clock" | "pool"> & { readonly timeoutMs: number },
    signal: AbortSignal,
): Promise<readonly Droplet[] | null> {
    return tagName === null || selected.length === 0 || signal.aborted
        ? []
        : withDeadline(clock, timeoutMs, signal, (all) => findStrays(tagName, selected, pool, all));
}
