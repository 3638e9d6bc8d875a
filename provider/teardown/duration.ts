const PART = /(\d+)\s*(h|m|s)/g;
const WHOLE = /^(?:\d+\s*h)?\s*(?:\d+\s*m)?\s*(?:\d+\s*s)?$/;
const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** Milliseconds of "90s", "15m" or "1h30m"; null if the text is not a duration above zero. */
export function parseDuration(text: string): number | null {
    const trimmed = text.trim();
    if (!WHOLE.test(trimmed)) {
        return null;
    }
    let totalMs = 0;
    for (const [, amount, unit] of trimmed.matchAll(PART)) {
        totalMs += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
    }
    return totalMs > 0 && Number.isSafeInteger(totalMs) ? totalMs : null;
}

/** "2m 14s", "45s", "1h 5m": at most two units, for people. */
export function formatDuration(durationMs: number): string {
    const seconds = Math.max(0, Math.round(durationMs / 1_000));
    const parts: readonly (readonly [number, string])[] = [
        [Math.floor(seconds / 3_600), "h"],
        [Math.floor(seconds / 60) % 60, "m"],
        [seconds % 60, "s"],
    ];
    const first = parts.findIndex(([amount]) => amount > 0);
    if (first === -1) {
        return "0s";
    }
    return parts
        .slice(first, first + 2)
        .filter(([amount]) => amount > 0)
        .map(([amount, unit]) => `${amount}${unit}`)
        .join(" ");
}
