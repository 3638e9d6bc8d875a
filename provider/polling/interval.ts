/** No two looks are further apart, however long a destroy takes. */
export const LONGEST_INTERVAL_MS = 15_000;

/** Ages of the first two looks: the one finds the quick destroys, the other starts the regular rhythm. */
const EARLY_LOOKS_MS = [4_800, 6_900] as const;

/**
 * The older a destroy is, the less likely it is to finish in the next second. Where that likelihood falls
 * with the age, the least waiting for a number of requests comes with an interval near the square root of
 * the age; the exponent, the scale and the early looks are tuned on the workloads in `bench/`.
 */
const EXPONENT = 0.46;
const INTERVAL_AT_SCALE_MS = 1_395;
const SCALE_MS = 20_000;

export interface Looks {
    /** When the destroy was accepted, in epoch milliseconds. */
    readonly acceptedAtMs: number;
    /** When its status was last asked for, in epoch milliseconds; null: not yet. */
    readonly lastSentAtMs: number | null;
}

/**
 * When to ask for the status of one destroy next, in epoch milliseconds. It counts from one request to the
 * next, so the caller that has no answer by then waits for the answer.
 */
export function nextLookAtMs({ acceptedAtMs, lastSentAtMs }: Looks): number {
    const lastMs = lastSentAtMs ?? acceptedAtMs;
    // A clock that was set back must not make the wait longer.
    const ageMs = Math.max(lastMs - acceptedAtMs, 0);
    return lastMs + intervalMs(ageMs);
}

function intervalMs(ageMs: number): number {
    const regularMs = INTERVAL_AT_SCALE_MS * (ageMs / SCALE_MS) ** EXPONENT;
    const earlyLookMs = EARLY_LOOKS_MS.find((lookMs) => lookMs > ageMs + regularMs);
    return earlyLookMs === undefined ? Math.min(regularMs, LONGEST_INTERVAL_MS) : earlyLookMs - ageMs;
}
