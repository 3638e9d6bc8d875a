import type { BackupPolicy } from "./records.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const WINDOW_HOURS = 4;

export const RETENTION_DAYS = { weekly: 28, daily: 7 } as const;
export const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

/** The next window that has not begun. */
export function nextWindow(
    policy: BackupPolicy,
    nowMs: number,
): { readonly startMs: number; readonly endMs: number } {
    const isDue = (ms: number): boolean =>
        ms > nowMs && (policy.plan === "daily" || WEEKDAYS[new Date(ms).getUTCDay()] === policy.weekday);
    let startMs = Math.floor(nowMs / DAY_MS) * DAY_MS + policy.hour * HOUR_MS;
    while (!isDue(startMs)) {
        startMs += DAY_MS;
    }
    return { startMs, endMs: startMs + WINDOW_HOURS * HOUR_MS };
}
