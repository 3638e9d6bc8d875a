/** The span over which the API counts its burst limit. */
export const MINUTE_MS = 60_000;

/** Keeps a log of what was admitted, so that no 60 s ever see more than `limit`. */
export function createSlidingWindow({
    limit,
    guardMs,
}: {
    readonly limit: number;
    readonly guardMs: number;
}) {
    const admittedAtMs: number[] = [];
    return {
        /** The earliest time, in epoch milliseconds, at which one more fits. */
        opensAtMs(nowMs: number): number {
            const oldest = admittedAtMs[0];
            return oldest === undefined || admittedAtMs.length < limit ? nowMs : oldest + MINUTE_MS + guardMs;
        },
        admitted(nowMs: number): void {
            admittedAtMs.push(nowMs);
            if (admittedAtMs.length > limit) {
                admittedAtMs.shift();
            }
        },
    };
}
