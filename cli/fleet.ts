import type { Pool } from "../provider/fleet/pool.js";
import { findTargets, type Target } from "../provider/fleet/targets.js";
import { findStrays, tearDownEach } from "../provider/fleet/teardown-all.js";
import type { Clock } from "../provider/polling/clock.js";
import { withDeadline } from "../provider/teardown/deadline.js";
import type { Narrator } from "../provider/teardown/effects.js";
import type { TeardownRequest } from "../provider/teardown/operation.js";
import type { Droplet } from "../provider/teardown/resource.js";
import type { Entry } from "./exit-code.js";

/** What is to be torn down, each on terms of its own, and how it was found. */
export interface FleetOrder {
    readonly requests: readonly TeardownRequest[];
    /** The tag by which the Droplets were found; null: by ids or names. */
    readonly tagName: string | null;
    /** How long the lists may take. */
    readonly timeoutMs: number;
}

export interface FleetEffects {
    readonly clock: Clock;
    readonly pool: Pool;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** One line about all of them, which replaces the one before. */
    readonly progress: (line: string) => void;
    /** Hears of every teardown that has ended. */
    readonly ended: (entry: Entry) => void;
}

type Listed = ReadonlyMap<number, Target["listed"]>;

/** Tears down many Droplets. Never throws: what happened to each is told once, by its id. */
export async function runAll(
    order: FleetOrder,
    effects: FleetEffects,
    signal: AbortSignal,
): Promise<ReadonlyMap<number, Entry>> {
    const { clock, pool, narratorFor, progress, ended } = effects;
    const entries = new Map<number, Entry>();
    const listed = await listedNow(order, effects, signal);
    const members = order.requests.map((request) => ({
        request,
        listed: listed.get(request.dropletId) ?? null,
    }));
    const fleet = {
        ...{ clock, pool, narratorFor, progress },
        ensureWanted: () => Promise.resolve(),
        report: (report: Entry["report"], cause: unknown) => {
            const entry = { report, cause };
            entries.set(report.dropletId, entry);
            ended(entry);
        },
    };
    await tearDownEach(members, fleet, signal);
    return entries;
}

/** Droplets that carry the tag by now and were not among the surveyed: nobody has agreed to their end. */
export async function straysOf(
    order: FleetOrder,
    surveyed: readonly number[],
    { clock, pool }: Pick<FleetEffects, "clock" | "pool">,
    signal: AbortSignal,
): Promise<readonly Droplet[] | null> {
    const { requests, tagName, timeoutMs } = order;
    return tagName === null || requests.length === 0 || signal.aborted
        ? []
        : withDeadline(clock, timeoutMs, signal, (all) => findStrays(tagName, surveyed, pool, all));
}

/** The lists once more: between the plan and its confirmation may lie a long time. */
async function listedNow(
    { requests, tagName, timeoutMs }: FleetOrder,
    { clock, pool }: FleetEffects,
    signal: AbortSignal,
): Promise<Listed> {
    const dropletIds = requests.map(({ dropletId }) => dropletId);
    // Two Droplets are looked at in as many requests as there are lists.
    const wanted = tagName === null || dropletIds.length <= 2 ? { dropletIds } : { tag: tagName };
    try {
        const targets = await withDeadline(clock, timeoutMs, signal, (all) => findTargets(wanted, pool, all));
        return new Map(targets.map(({ dropletId, listed }) => [dropletId, listed]));
    } catch {
        // A list only saves requests. Whatever stands in its way, each Droplet's teardown meets and reports.
        return new Map();
    }
}
