import type { Pool } from "../provider/fleet/pool.js";
import { findStrays, tearDownEach, type FleetMember } from "../provider/fleet/teardown-all.js";
import type { Clock } from "../provider/polling/clock.js";
import { withDeadline } from "../provider/teardown/deadline.js";
import type { Narrator } from "../provider/teardown/effects.js";
import type { Droplet } from "../provider/teardown/resource.js";
import type { Entry } from "./exit-code.js";

export interface FleetEffects {
    readonly clock: Clock;
    readonly pool: Pool;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** One line about all of them, which replaces the one before. */
    readonly progress: (line: string) => void;
    /** Hears of every teardown that has ended. */
    readonly ended: (entry: Entry) => void;
}

/** Tears down many Droplets, each on terms of its own. Never throws: what happened to each is told to `ended`. */
export async function runAll(
    members: readonly FleetMember[],
    effects: FleetEffects,
    signal: AbortSignal,
): Promise<void> {
    const { clock, pool, narratorFor, progress, ended } = effects;
    const fleet = {
        ...{ clock, pool, narratorFor, progress },
        ensureWanted: () => Promise.resolve(),
        report: (report: Entry["report"], cause: unknown) => ended({ report, cause }),
    };
    await tearDownEach(members, fleet, signal);
}

/** Droplets that carry the tag by now and were not among the selected: nobody has agreed to their end. */
export async function straysOf(
    tagName: string | null,
    selected: readonly number[],
    { clock, pool, timeoutMs }: Pick<FleetEffects, "clock" | "pool"> & { readonly timeoutMs: number },
    signal: AbortSignal,
): Promise<readonly Droplet[] | null> {
    return tagName === null || selected.length === 0 || signal.aborted
        ? []
        : withDeadline(clock, timeoutMs, signal, (all) => findStrays(tagName, selected, pool, all));
}
