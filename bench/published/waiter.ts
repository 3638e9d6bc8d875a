import type { Random } from "../random.js";
import { drawRoundTripMs } from "../workload.js";

/** How one wait for one destroy went. */
export interface WaitOutcome {
    /** Status requests sent. */
    readonly requests: number;
    /** From the completion to the answer that told of it; null: gave up before. */
    readonly noticedAfterMs: number | null;
}

/** A way to wait for a destroy that is completed `completionMs` after it was accepted. */
export interface Waiter {
    readonly name: string;
    wait(completionMs: number, random: Random): WaitOutcome;
}

/** A waiter that follows a schedule, whatever it sees. */
export interface ScheduledWaiter extends Waiter {
    readonly schedule: Schedule;
}

/** Where a wait stands; times are milliseconds since the destroy was accepted. */
export interface Progress {
    /** Requests sent so far. */
    readonly sent: number;
    /** Null before the first request. */
    readonly lastSentMs: number | null;
    /** When the last answer came; 0 before the first request. */
    readonly answeredMs: number;
}

/** Says when the next request is sent, in milliseconds since the acceptance; null gives up. */
export type Schedule = (progress: Progress, random: Random) => number | null;

/** A waiter that follows a schedule. The server looks when half of the round trip is over. */
export function scheduled(name: string, schedule: Schedule): ScheduledWaiter {
    return {
        name,
        schedule,
        wait(completionMs, random) {
            let progress: Progress = { sent: 0, lastSentMs: null, answeredMs: 0 };
            for (;;) {
                const dueMs = schedule(progress, random);
                if (dueMs === null) {
                    return { requests: progress.sent, noticedAfterMs: null };
                }
                const sentMs = Math.max(dueMs, progress.answeredMs);
                const roundTripMs = drawRoundTripMs(random);
                progress = { sent: progress.sent + 1, lastSentMs: sentMs, answeredMs: sentMs + roundTripMs };
                if (sentMs + roundTripMs / 2 >= completionMs) {
                    return { requests: progress.sent, noticedAfterMs: progress.answeredMs - completionMs };
                }
            }
        },
    };
}
