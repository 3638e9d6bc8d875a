import * as fc from "fast-check";

import { Violation } from "../random-worlds/violation.js";
import { lives } from "./draw.js";
import { describeStep, type Life } from "./life.js";
import { playLife } from "./play.js";

/** A life in which something happens that must never happen. */
export interface BadLife {
    readonly seed: number;
    readonly error: Error;
    /** The smallest life in which the same happens. */
    readonly life: Life;
}

/** Plays the life of a seed; where something is wrong with it, finds the smallest life with which the same is wrong. */
export async function tryLife(seed: number, { shrink = true } = {}): Promise<BadLife | null> {
    let property: string | null = null;
    const plays = fc.asyncProperty(lives, async (life) => {
        try {
            await playLife(life);
        } catch (error) {
            const found = error instanceof Violation ? error.property : String(error);
            property ??= found;
            if (found === property) {
                throw error;
            }
        }
    });
    // Most errors of a life are answers to requests, and nobody reads their stacks.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const result = await fc
        .check(plays, { seed, numRuns: 1, endOnFailure: !shrink })
        .finally(() => (Error.stackTraceLimit = stackTraceLimit));
    if (!result.failed) {
        return null;
    }
    const [life] = result.counterexample ?? [];
    const { errorInstance } = result;
    if (life === undefined) {
        throw new Error(`seed ${seed} fails without a life`, { cause: errorInstance });
    }
    const error = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance));
    return { seed, error, life };
}

/** Plays a life; the error where something happens in it that must not. */
export async function tryNamedLife(life: Life): Promise<Error | null> {
    return playLife(life).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
}

/** For people: what happened, the steps, and how to see it again. */
export function describeBadLife({ seed, error, life: { settings, engine, choice, steps } }: BadLife): string {
    return [
        `life ${seed}: ${error.message}`,
        `  again: TEARDOWN_FIRST_LIFE=${seed} TEARDOWN_LIVES=1 npm run test:lives`,
        `  engine ${engine}; ${choice}; ${JSON.stringify(settings)}`,
        ...steps.map((step) => `    ${describeStep(step)}`),
    ].join("\n");
}
