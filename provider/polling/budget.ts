import type { RateAnswer, Scheduler, Urgency } from "./admission.js";
import { AdmissionQueue } from "./admission-queue.js";
import type { Clock } from "./clock.js";
import { AdmittedGroup } from "./group.js";
import { MinuteLimit } from "./minute-limit.js";
import { createServerLimits } from "./server-limits.js";
import { Usage } from "./usage.js";

/** The part of a token's budget that a process takes unless it is told otherwise. */
export const DEFAULT_SHARE = 0.8;
/** More requests at once would only meet a refusal together. */
export const MOST_UNDER_WAY = 12;

interface RateBudgetOptions {
    readonly clock: Clock;
    /** Requests in any 60 s that the API allows. */
    readonly perMinute?: number;
    /** Requests in any hour that the API allows. */
    readonly perHour?: number;
    /** Part of the minute that this process takes at most, from 0 to 1. */
    readonly share?: number;
    /** How much later than another a request may arrive that was sent at the same time. */
    readonly guardMs?: number;
    /** Requests of the hour that are left to others who have the same token. */
    readonly hourlyReserve?: number;
    /** Part of the minute that only looks at running destroys may use, so that their ends are soon noticed. */
    readonly keptForLooks?: number;
    /** Requests that may be without an answer at a time. */
    readonly mostUnderWay?: number;
}

/** Answers that are further apart than this have come in the order of their requests. */
const OVERTAKING_MS = 1_000;
/** Looks that may queue where there is no room for them, so that they get their small share all the same. */
const WAITING_LOOKS = 4;
/** Part of the minute that looks leave free for a submit that may come. */
const RESERVED_FOR_SUBMITS = 0.04;

/** The budget of one token, with priorities: changes first, then what leads to them, then looks. */
export function createRateBudget(options: RateBudgetOptions): Scheduler {
    const { clock, perMinute = 250, perHour = 5_000, share = 1, guardMs = 500 } = options;
    const { hourlyReserve = 25, mostUnderWay = Infinity, keptForLooks = 0 } = options;
    const usage = new Usage(guardMs);
    const limits = createServerLimits({ perMinute, guardMs, hourlyReserve });
    const minuteLimit = new MinuteLimit({ perMinute, share });
    let refusals = 0;
    let last = { atMs: -Infinity, count: 1 };

    const limitOf = (urgency: Urgency, nowMs: number): number => {
        const limit = minuteLimit.limit(nowMs);
        return urgency === "look" ? limit : limit - Math.floor(limit * keptForLooks);
    };
    const gate = {
        opensAtMs: (nowMs: number, count: number, urgency: Urgency): number =>
            Math.max(
                usage.minute.opensAtMs(nowMs, limitOf(urgency, nowMs), count),
                usage.hour.opensAtMs(nowMs, perHour - hourlyReserve, count),
                limits.opensAtMs(nowMs),
                last.atMs + last.count * minuteLimit.spacingMs(nowMs),
                usage.underWay < mostUnderWay ? nowMs : Infinity,
            ),
        admitted: (nowMs: number, count: number): void => {
            usage.admitted(nowMs, count);
            limits.admitted(nowMs, count);
            last = { atMs: nowMs, count };
        },
    };
    const queue = new AdmissionQueue(clock, gate, keptForLooks > 0);
    const admit = (signal?: AbortSignal, urgency: Urgency = "read"): Promise<void> =>
        queue.enter(urgency, signal);

    function learn(answer: RateAnswer, nowMs: number): void {
        const remaining = answer.remaining === null ? null : Math.max(answer.remaining - usage.uncounted, 0);
        limits.observe({ ...answer, remaining: answer.remaining === 0 ? 0 : remaining }, nowMs);
        if (answer.status === 429) {
            refusals += 1;
            minuteLimit.refused(nowMs);
        } else if (answer.remaining !== null && answer.remaining > 0) {
            // Answers overtake each other: one that left earlier may not count those that came earlier.
            const uncounted = usage.uncounted + usage.minute.answeredAfter(nowMs - OVERTAKING_MS);
            const seen = { remaining: answer.remaining, own: usage.hour.used(nowMs), uncounted };
            minuteLimit.observe(seen, nowMs);
        }
    }

    function observe(answer: RateAnswer | null): void {
        const nowMs = clock.monotonicMs();
        // A refused request is not counted by the API.
        usage.ended(nowMs, answer?.status !== 429);
        if (answer !== null) {
            learn(answer, nowMs);
        }
        queue.serve();
    }

    const reservations = {
        sent: (isFirst: boolean): void => usage.reservedSent(clock.monotonicMs(), isFirst),
        givenBack: (left: number, noneSent: boolean): void => {
            usage.reservedGivenBack(clock.monotonicMs(), left, noneSent);
            queue.serve();
        },
    };

    return {
        admit,
        observe,
        admitGroup: async (count, signal, urgency = "change") => {
            await queue.enter(urgency, signal, count);
            const before = refusals;
            const hold = (): boolean => refusals === before;
            return new AdmittedGroup(count, { admit, observe }, { ...reservations, hold });
        },
        unused: () => {
            const nowMs = clock.monotonicMs();
            return Math.max(minuteLimit.limit(nowMs) - usage.minute.used(nowMs), 0);
        },
        perMinute: () => minuteLimit.limit(clock.monotonicMs()),
        room: () => {
            const nowMs = clock.monotonicMs();
            const limit = minuteLimit.limit(nowMs);
            const reserved = Math.ceil(limit * RESERVED_FOR_SUBMITS);
            const unused = limit - usage.minute.used(nowMs) - queue.waiting("look");
            const others = queue.length - queue.waiting("look");
            const isOpen = gate.opensAtMs(nowMs, 1, "look") <= nowMs;
            const free = isOpen && queue.waiting("read") + queue.waiting("change") === 0;
            return Math.max(
                free ? unused - others - reserved : 0,
                isOpen ? Math.min(unused, Math.floor(limit * keptForLooks)) : 0,
                WAITING_LOOKS - queue.waiting("look"),
                0,
            );
        },
    };
}
