import type { Pool } from "../provider/fleet/pool.js";
import { tearDownEach } from "../provider/fleet/teardown-all.js";
import type { Clock } from "../provider/polling/clock.js";
import type { Narrator } from "../provider/teardown/effects.js";
import type { TeardownRequest } from "../provider/teardown/operation.js";
import type { Entry } from "./exit-code.js";

export interface FleetEffects {
    readonly clock: Clock;
    readonly pool: Pool;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** Hears of every teardown that has ended. */
    readonly ended: (entry: Entry) => void;
}

/** Tears down many Droplets. Never throws: what happened to each is in its report, in the requests' order. */
export async function runAll(
    requests: readonly TeardownRequest[],
    { clock, pool, narratorFor, ended }: FleetEffects,
    signal: AbortSignal,
): Promise<Entry[]> {
    const entries = new Map<number, Entry>();
    const members = requests.map((request) => ({ request, listed: null }));
    const effects = {
        ...{ clock, pool, narratorFor },
        ensureWanted: () => Promise.resolve(),
        progress: () => undefined,
        report: (report: Entry["report"], cause: unknown) => {
            const entry = { report, cause };
            entries.set(report.dropletId, entry);
            ended(entry);
        },
    };
    await tearDownEach(members, effects, signal);
    return requests.flatMap(({ dropletId }) => entries.get(dropletId) ?? []);
}
