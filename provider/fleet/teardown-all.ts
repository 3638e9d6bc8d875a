import type { Clock } from "../polling/clock.js";
import type { Narrator } from "../teardown/effects.js";
import { tearDown, type TeardownRequest } from "../teardown/operation.js";
import { withDeadline } from "../teardown/deadline.js";
import type { Report } from "../teardown/report.js";
import type { Droplet } from "../teardown/resource.js";
import { counted, fleetLine, type FleetCount } from "./progress.js";
import type { Pool } from "./pool.js";
import { findTargets, type Target, type Wanted } from "./targets.js";

/** Teardowns of many Droplets, as plain data: what is the same for all of them, and which they are. */
export interface FleetRequest extends Omit<TeardownRequest, "dropletId" | "recorded" | "predecessors"> {
    readonly droplets: Wanted;
    /** Of the whole run. What is running then goes on at DigitalOcean, and the next run attaches. */
    readonly timeoutMs: number;
}

export interface FleetEffects {
    readonly pool: Pool;
    readonly clock: Clock;
    /** Rejects when nobody waits any more; asked before every step. */
    readonly ensureWanted: () => Promise<void>;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** Called once for each Droplet, as soon as its teardown has ended. */
    readonly report: (report: Report, cause: unknown) => void;
    /** One line that replaces the one before: `312/1000 destroyed · 3 failed · about 2 min left`. */
    readonly progress: (line: string) => void;
}

export interface FleetOutcome {
    readonly count: FleetCount;
    /** Droplets that gained the tag meanwhile: left alone. */
    readonly strays: readonly Droplet[];
}

/** One teardown of a fleet. */
export interface FleetMember {
    readonly request: TeardownRequest;
    readonly listed: Target["listed"];
}

/** Teardowns that are between their first request and their submit. More would only wait in the queue. */
const MOST_PREPARING = 48;

/**
 * Tears many Droplets down. Each ends in a report, handed out as soon as it is there; nothing of a Droplet is
 * kept after that. Run again, it goes on where it was: what is gone is not found, what is running is attached to.
 * @throws what the lists throw before anything is destroyed
 */
export async function teardownAll(
    request: FleetRequest,
    effects: FleetEffects,
    signal?: AbortSignal,
): Promise<FleetOutcome> {
    return withDeadline(effects.clock, request.timeoutMs, signal, async (all) => {
        const targets = await findTargets(request.droplets, effects.pool, all);
        const members = targets.map(({ dropletId, listed }) => ({
            request: { ...request, dropletId, recorded: [], predecessors: [] },
            listed,
        }));
        const count = await tearDownEach(members, effects, all);
        return { count, strays: all.aborted ? [] : await findStrays(request, targets, effects.pool, all) };
    });
}

/** Tears Droplets down that are known already, each on its own terms. Never throws. */
export function tearDownEach(
    members: readonly FleetMember[],
    effects: FleetEffects,
    signal: AbortSignal,
): Promise<FleetCount> {
    return new Fleet(effects, signal).run(members);
}

class Fleet {
    readonly #effects: FleetEffects;
    readonly #signal: AbortSignal;
    #count: FleetCount = { total: 0, destroyed: 0, failed: 0, unasked: 0 };
    #preparing = 0;
    #onPrepared: (() => void) | null = null;

    constructor(effects: FleetEffects, signal: AbortSignal) {
        this.#effects = effects;
        this.#signal = signal;
    }

    async run(members: readonly FleetMember[]): Promise<FleetCount> {
        this.#count = { total: members.length, destroyed: 0, failed: 0, unasked: members.length };
        this.#tell();
        const running = new Set<Promise<void>>();
        for (const member of members) {
            while (this.#preparing >= MOST_PREPARING) {
                await new Promise<void>((resolve) => (this.#onPrepared = resolve));
            }
            const teardown: Promise<void> = this.#one(member).finally(() => running.delete(teardown));
            running.add(teardown);
        }
        await Promise.all(running);
        return this.#count;
    }

    async #one({ request, listed }: FleetMember): Promise<void> {
        const { pool, clock, ensureWanted, narratorFor } = this.#effects;
        const { api, ledger, watch } = pool.watch(request.dropletId, listed);
        const prepared = this.#prepare();
        const effects = {
            api,
            ledger,
            clock,
            ensureWanted,
            watch: {
                due: (...args: Parameters<typeof watch.due>) => {
                    const due = watch.due(...args);
                    prepared();
                    return due;
                },
                ended: watch.ended,
            },
            narrator: narratorFor(request.dropletId),
        };
        try {
            const { report, cause } = await tearDown(request, effects, this.#signal);
            this.#count = counted(this.#count, report);
            this.#effects.report(report, cause);
        } finally {
            watch.close();
            prepared();
            this.#tell();
        }
    }

    /** Counts one as being prepared, until the returned function is called. */
    #prepare(): () => void {
        this.#preparing += 1;
        let preparing = true;
        return () => {
            if (preparing) {
                preparing = false;
                this.#preparing -= 1;
                this.#count = { ...this.#count, unasked: this.#count.unasked - 1 };
                this.#onPrepared?.();
            }
        };
    }

    #tell(): void {
        this.#effects.progress(fleetLine(this.#count, this.#effects.pool.scheduler.perMinute()));
    }
}

async function findStrays(
    { droplets }: FleetRequest,
    targets: readonly Target[],
    pool: Pool,
    signal: AbortSignal,
): Promise<readonly Droplet[]> {
    if (!("tag" in droplets)) {
        return [];
    }
    const known = new Set(targets.map(({ dropletId }) => dropletId));
    const list = await pool.list({ by: "tag", tag: droplets.tag }, signal);
    return list.droplets.filter(({ id }) => !known.has(id));
}
