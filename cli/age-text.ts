import { count } from "../provider/teardown/format.js";

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;

/** "12 days", "5 hours", "age unknown" */
export function ageText(ageMs: number | null): string {
    if (ageMs === null) {
        return "age unknown";
    }
    const hours = Math.floor(ageMs / HOUR_MS);
    return hours < 2 * HOURS_PER_DAY ? count(hours, "hour") : count(Math.floor(hours / HOURS_PER_DAY), "day");
}
