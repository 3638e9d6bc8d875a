import type { Question, Reading } from "./findings.js";
import { formatDuration } from "./format.js";
import type { Droplet } from "./model.js";
import type { Change, Notes, Topic } from "./progress.js";

/** One step of a run. */
export type Step = {
    /** What to note before it. */
    readonly notes?: Notes;
} &
    /** `reserve`: begin a new epoch, in which this many requests are admitted together; 0: as they come. */
    (
        | { readonly do: "ask"; readonly questions: readonly Question[]; readonly reserve: number }
        /** Wait, which begins a new epoch, then ask. */
        | Wait
        | {
              readonly do: "say";
              readonly topic: Topic;
              readonly text: string;
              /** What is about to be destroyed. */
              readonly droplet?: Droplet;
          }
        /** `since`: the oldest reading that it depends on; it is not sent if something has waited since then. */
        | { readonly do: "change"; readonly change: Change; readonly since: Reading }
        /** `error`: what ends it before its end. */
        | { readonly do: "end"; readonly error: Error | null }
    );

export interface Wait {
    readonly do: "wait";
    readonly until: { readonly ms: number } | "a poll is due";
    readonly says: string;
    readonly then: readonly Question[];
    /** Whether it is the pause before the next attempt. */
    readonly rests?: boolean;
    /** Whether it ends a pass over leftovers that has failed. */
    readonly endsPass?: boolean;
}

/** The moment at which a step is chosen. */
export interface Now {
    /** Monotonic time. */
    readonly ms: number;
    readonly wallMs: number;
    readonly epoch: number;
    /** Requests admitted together: none, or some between which nothing has waited, or something has. */
    readonly group: "none" | "whole" | "broken";
}

/** A read is stale after this time, even without a wait. */
export const MAX_FRESH_MS = 60_000;

export function waitFor(ms: number, says: string): Wait {
    return { do: "wait", until: { ms }, says, then: [] };
}

const NO_NEWS_MS = 5_000;

/** Before what could not be used is read again. */
export function tryAgain(why: string): Wait {
    return waitFor(NO_NEWS_MS, `${nextTry(NO_NEWS_MS)} · ${why}`);
}

/** Before what contradicts itself is read again. */
export const READ_AGAIN = tryAgain("DigitalOcean's answers contradict each other");

/** "next try in 12s" */
export function nextTry(ms: number): string {
    return `next try in ${formatDuration(ms)}`;
}

export function withNotes(step: Step, notes: Notes): Step {
    return { ...step, notes: { ...step.notes, ...notes } };
}
