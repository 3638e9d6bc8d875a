import type { Clock } from "../polling/clock.js";
import type { Droplet } from "../teardown/model.js";
import type { Narrator } from "../teardown/ports.js";
import type { Report } from "../teardown/report.js";
import type { TeardownRequest } from "../teardown/request.js";
import { tearDown, withDeadline } from "../teardown/run.js";
import type { Beginning, FleetTarget, Pool, Turn } from "./pool.js";
import { counted, type FleetCount, maxTurnMs } from "./progress.js";
import { findByTag } from "./targets.js";

interface FleetEffects {
    readonly pool: Pool;
    readonly clock: Clock;
    /** Rejects once nobody waits; called before every step. */
    readonly throwIfAbandoned: () => Promise<void>;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** Called once for each Droplet, as soon as its teardown has ended. */
    readonly report: (report: Report, cause: unknown) => void;
    /** How far all of them are, and how many requests a minute may take. */
    readonly progress: (count: FleetCount, perMinute: number) => void;
}

/** One teardown of a fleet. Its timeout starts with its work, and pauses while it waits for the others. */
export interface FleetMember {
    readonly request: TeardownRequest;
    readonly listed: FleetTarget["listed"];
}

/** Teardowns that start together. More of them share a list; fewer leave less of the minute idle meanwhile. */
const MAX_AT_ONCE = 24;
/** Beside other users of the token: a burst of ours must not meet one of theirs. */
const MAX_AT_ONCE_BESIDE_OTHERS = 4;
/** Requests of each: the status before, the list, the destroy. Their shared list serves as the read of the Droplet. */
const REQUESTS_OF_EACH = 3;
/** What fits into the rest of a minute, if it is at least that much. */
const WORTH_BEGINNING = 12;

/** How many destroys may run before their ends are looked for. */
interface Spread {
    /** A fleet of at most this size requests all its destroys first, so that the last one ends early. */
    readonly askedFirst: number;
    /** Of a larger one, this many run at once. */
    readonly running: number;
}

/**
 * A Droplet takes four requests, so more than 1,250 take longer than an hour. DigitalOcean does not say how long it
 * keeps the status of a destroy; here, the first are looked at well within the hour.
 */
const SPREAD: Spread = { askedFirst: 1_250, running: 800 };

/**
 * Tears down known Droplets, each on its own terms. Each report is delivered as soon as it is ready; nothing of a
 * Droplet is kept after that. Never throws.
 */
export function tearDownEach(
    members: readonly FleetMember[],
    effects: FleetEffects,
    signal: AbortSignal,
    spread = SPREAD,
): Promise<FleetCount> {
    return new Fleet(effects, signal).run(members, spread);
}

class Fleet {
    readonly #effects: FleetEffects;
    readonly #signal: AbortSignal;
    #count: FleetCount = { total: 0, destroyed: 0, failed: 0, unseen: 0, unasked: 0 };
    #maxTurnMs = 0;
    /** Started and not ended. */
    #running = 0;
    #onEnd: () => void = () => undefined;

    constructor(effects: FleetEffects, signal: AbortSignal) {
        this.#effects = effects;
        this.#signal = signal;
    }

    async run(members: readonly FleetMember[], spread: Spread): Promise<FleetCount> {
        const total = members.length;
        this.#count = { total, destroyed: 0, failed: 0, unseen: 0, unasked: total };
        this.#maxTurnMs = maxTurnMs(members.length);
        this.#tell();
        const most = total > spread.askedFirst ? spread.running : total;
        const running: Promise<void>[] = [];
        for (let rest = members; rest.length > 0;) {
            const some = rest.slice(0, Math.min(howManyAtOnce(this.#effects.pool), most));
            rest = rest.slice(some.length);
            await this.#untilRunning(most - some.length);
            this.#running += some.length;
            await new Promise<void>((admitted) => running.push(this.#start(some, admitted)));
        }
        await Promise.all(running);
        return this.#count;
    }

    /** Waits until so many teardowns or fewer have started and not ended. */
    async #untilRunning(most: number): Promise<void> {
        while (this.#running > most) {
            await new Promise<void>((resolve) => (this.#onEnd = resolve));
        }
    }

    /**
     * Starts a batch of teardowns as soon as their first requests are admitted. The next batch queues at once,
     * because polls, which can wait, would take any gap.
     */
    async #start(members: readonly FleetMember[], onAdmitted: () => void): Promise<void> {
        const targets = members.map(({ request, listed }) => ({ dropletId: request.dropletId, listed }));
        const { pool, clock } = this.#effects;
        const limitMs = Math.max(...members.map(({ request }) => request.timeoutMs)) + this.#maxTurnMs;
        // If the hour is used up, the first requests of the batch may be an hour away.
        const beginning = await withDeadline(clock, limitMs, this.#signal, (signal) =>
            // Null on failure: each teardown then meets and reports the cause.
            pool.begin(targets, REQUESTS_OF_EACH, signal, onAdmitted).catch(() => null),
        );
        // If the batch could not start, the others need not wait for it either.
        onAdmitted();
        let unprepared = members.length;
        const onPrepared = (): void => {
            unprepared -= 1;
            if (unprepared === 0) {
                beginning?.group.release();
            }
        };
        await Promise.all(members.map((member) => this.#one(member, beginning, onPrepared)));
    }

    async #one(
        { request, listed }: FleetMember,
        beginning: Beginning | null,
        onPrepared: () => void,
    ): Promise<void> {
        const { pool, clock, throwIfAbandoned, narratorFor } = this.#effects;
        const { timeoutMs } = request;
        const deadline = new PausableDeadline({ clock, timeoutMs, maxWaitedMs: this.#maxTurnMs });
        const turn: Turn = (wait, ownMs = 0) => deadline.turn(wait, this.#ownMs(ownMs, request));
        const { api, traffic, poller, group } = pool.watch(
            request.dropletId,
            listed === null ? null : { ...listed, droplet: beginning?.shown.get(request.dropletId) ?? null },
            turn,
            beginning?.group ?? null,
        );
        const prepared = this.#prepare(onPrepared);
        const effects = {
            api,
            traffic,
            group,
            clock,
            throwIfAbandoned,
            poller: {
                due: (...args: Parameters<typeof poller.due>) => {
                    prepared();
                    return poller.due(...args);
                },
                ended: poller.ended,
            },
            narrator: narratorFor(request.dropletId),
        };
        try {
            const { report, cause } = await deadline.limit(this.#signal, (own) =>
                tearDown(request, effects, own),
            );
            const final = named(report, listed);
            this.#count = counted(this.#count, final);
            this.#effects.report(final, cause);
        } finally {
            poller.close();
            prepared();
            this.#running -= 1;
            this.#onEnd();
            this.#tell();
        }
    }

    /** While destroys remain to be requested, they go first, and every poll waits for them. */
    #ownMs(ownMs: number, { timeoutMs }: TeardownRequest): number {
        return this.#count.unasked > 0 ? 0 : Math.min(ownMs, timeoutMs / 2);
    }

    /** Counts one as in preparation until the returned function is called. */
    #prepare(onPrepared: () => void): () => void {
        let preparing = true;
        return () => {
            if (preparing) {
                preparing = false;
                this.#count = { ...this.#count, unasked: this.#count.unasked - 1 };
                onPrepared();
                this.#tell();
            }
        };
    }

    #tell(): void {
        this.#effects.progress(this.#count, this.#effects.pool.limiter.perMinute());
    }
}

/** A Droplet interrupted before its first read still has a name and a cost. */
function named(report: Report, listed: FleetMember["listed"]): Report {
    // A Droplet that this token just saw in a list and that now answers 404 is gone.
    const dropletGone = report.dropletGone || (listed !== null && report.outcome === "not-found");
    const dropletName = report.dropletName ?? listed?.droplet.name ?? null;
    const dropletMonthlyPrice = report.dropletMonthlyPrice ?? listed?.droplet.monthlyPrice ?? null;
    return { ...report, dropletGone, dropletName, dropletMonthlyPrice };
}

/** Droplets that carry a tag and are none of these; null if that can no longer be read. Never throws. */
export async function findLateArrivals(
    tag: string,
    dropletIds: readonly number[],
    pool: Pool,
    signal: AbortSignal,
): Promise<readonly Droplet[] | null> {
    const known = new Set(dropletIds);
    try {
        const found = await findByTag(tag, pool, signal);
        return found.map(({ listed }) => listed.droplet).filter(({ id }) => !known.has(id));
    } catch {
        return null;
    }
}

/** How many teardowns to start at once: what fits now, within a large part of the minute's requests. */
function howManyAtOnce({ limiter }: Pool): number {
    const most = Math.floor(limiter.perMinute() / 2 / REQUESTS_OF_EACH);
    const fitting = Math.floor((limiter.unused() - 1) / REQUESTS_OF_EACH);
    const atOnce = limiter.isAlone() ? MAX_AT_ONCE : MAX_AT_ONCE_BESIDE_OTHERS;
    return Math.min(Math.max(fitting, WORTH_BEGINNING), Math.max(most, 1), atOnce);
}

interface PausableDeadlineOptions {
    readonly clock: Clock;
    /** Time limit of one teardown, without its waits for others. */
    readonly timeoutMs: number;
    /** Maximum wait for others that is excluded. */
    readonly maxWaitedMs: number;
}

/** A deadline exceeded by less than this does not count. */
const MIN_SLEEP_MS = 100;

/** A pausable deadline: while a teardown waits for its turn, its deadline does not come closer. */
export class PausableDeadline {
    readonly #options: PausableDeadlineOptions;
    readonly #startedAtMs: number;
    readonly #open = new Set<{ readonly countedFromMs: number }>();
    #waitedMs = 0;

    constructor(options: PausableDeadlineOptions) {
        this.#options = options;
        this.#startedAtMs = options.clock.monotonicMs();
    }

    /**
     * A wait for others. Only one counts at a time.
     * @param ownMs the part of it that a single teardown would need as well
     */
    async turn<T>(wait: () => Promise<T>, ownMs = 0): Promise<T> {
        const begun = { countedFromMs: this.#options.clock.monotonicMs() + ownMs };
        const outermost = this.#open.size === 0;
        this.#open.add(begun);
        try {
            return await wait();
        } finally {
            this.#open.delete(begun);
            this.#waitedMs += outermost ? this.#sinceMs(begun.countedFromMs) : 0;
        }
    }

    /** Runs work with a signal that aborts with a `DeadlineError` when its own time is up, or when `outer` aborts. */
    limit<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
        const { clock, timeoutMs } = this.#options;
        return withDeadline(clock, timeoutMs, outer, work, (finished) => this.#pass(finished));
    }

    async #pass(finished: AbortSignal): Promise<void> {
        const { clock, timeoutMs } = this.#options;
        for (let leftMs = timeoutMs; leftMs > 0; leftMs = timeoutMs - this.#spentMs()) {
            await clock.sleep(Math.max(leftMs, MIN_SLEEP_MS), finished);
        }
    }

    #spentMs(): number {
        const [first] = this.#open;
        const waitedMs = this.#waitedMs + (first === undefined ? 0 : this.#sinceMs(first.countedFromMs));
        const elapsedMs = this.#options.clock.monotonicMs() - this.#startedAtMs;
        return elapsedMs - Math.min(waitedMs, this.#options.maxWaitedMs);
    }

    #sinceMs(atMs: number): number {
        return Math.max(this.#options.clock.monotonicMs() - atMs, 0);
    }
}
