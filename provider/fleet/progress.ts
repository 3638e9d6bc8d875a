import { formatDuration } from "../teardown/format.js";
import { isSuccess, type Report } from "../teardown/report.js";

/** Progress of a fleet's teardown. */
export interface FleetCount {
    readonly total: number;
    /** Gone, with everything that should go. */
    readonly destroyed: number;
    /** Refused, failed, partially done, or interrupted. */
    readonly failed: number;
    /** Not visible to this token, and not verified to have existed: nothing is known of them. */
    readonly unseen: number;
    /** Destroys that are not requested yet. */
    readonly unasked: number;
}

/** Requests until a Droplet's destroy starts: its list, the status before, the submit. */
const REQUESTS_BEFORE = 3;
/** Plus the status that shows the end. */
const REQUESTS_AFTER = 1;
const REQUESTS_PER_HOUR = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Other users of the token may use as much of it. */
const WITH_OTHERS = 2;

export function counted(count: FleetCount, report: Report): FleetCount {
    if (report.outcome === "not-found" && !report.dropletGone) {
        return { ...count, unseen: count.unseen + 1 };
    }
    return isSuccess(report)
        ? { ...count, destroyed: count.destroyed + 1 }
        : { ...count, failed: count.failed + 1 };
}

/** How long one of this many may wait for the others' requests, by the hourly limit. */
export function maxTurnMs(size: number): number {
    const requests = (size - 1) * (REQUESTS_BEFORE + REQUESTS_AFTER);
    return (WITH_OTHERS * requests * HOUR_MS) / REQUESTS_PER_HOUR;
}

/** The teardown of one Droplet that has started and not ended. */
export interface Running {
    /** "droplet web-1 (3164494)" */
    readonly label: string;
    readonly sinceMs: number;
    /** What it waits for. */
    readonly says: string;
}

/** What is known of a run while it lasts, in monotonic time. */
export interface Scene {
    readonly count: FleetCount;
    /** How many requests a minute may take. */
    readonly perMinute: number;
    readonly startedAtMs: number;
    readonly running: readonly Running[];
    /** How long each teardown took that has ended. */
    readonly tookMs: readonly number[];
}

/** How long a destroy usually takes, until some have ended. */
const USUAL_MS = 30_000;
/** The estimate is for nearly all. */
const NEARLY_ALL = 0.9;
const MAX_ROWS = 10;

/**
 * Lines for a terminal: how far all are, then the slowest and what each waits for.
 * @param rows how many lines there may be
 */
export function frame(scene: Scene, nowMs: number, rows: number): string[] {
    const lines = slowestFirst(scene).map((one) => formatRow(one, nowMs));
    if (scene.count.total === 1) {
        return lines;
    }
    const room = Math.max(Math.min(MAX_ROWS, rows - 1), 1);
    const shown = lines.length > room ? lines.slice(0, Math.max(room - 1, 1)) : lines;
    const more = lines.length - shown.length;
    return [
        header(scene, nowMs),
        ...shown.map((line) => `  ${line}`),
        ...(more > 0 ? [`  and ${more} more`] : []),
    ];
}

/** The same as one line for a log. */
export function logLine(scene: Scene, nowMs: number): string {
    const [first] = slowestFirst(scene);
    if (first === undefined) {
        return header(scene, nowMs);
    }
    return scene.count.total === 1
        ? formatRow(first, nowMs)
        : `${header(scene, nowMs)} · slowest: ${formatRow(first, nowMs)}`;
}

function slowestFirst({ running }: Scene): readonly Running[] {
    return [...running].sort((one, other) => one.sinceMs - other.sinceMs);
}

/** "45s · droplet web-7 (3164494): 2/3 destroyed · waiting for volume data" */
function formatRow({ label, sinceMs, says }: Running, nowMs: number): string {
    return `${formatDuration(nowMs - sinceMs)} · ${label}: ${says}`;
}

/** "3/12 destroyed · 1 failed · 1m 5s · about 40s left" */
function header(scene: Scene, nowMs: number): string {
    const { destroyed, failed, unseen, total } = scene.count;
    return [
        `${destroyed}/${total} destroyed`,
        ...(failed === 0 ? [] : [`${failed} failed`]),
        ...(unseen === 0 ? [] : [`${unseen} not visible`]),
        formatDuration(nowMs - scene.startedAtMs),
        ...left(scene, nowMs),
    ].join(" · ");
}

/** The time left by what has been seen: less with every second, and none once that is over. */
function left({ count, perMinute, running, tookMs }: Scene, nowMs: number): string[] {
    const { total, destroyed, failed, unseen, unasked } = count;
    const open = total - destroyed - failed - unseen;
    if (open === 0) {
        return [];
    }
    const seenMs = quantile(tookMs, NEARLY_ALL) ?? 0;
    // The first ones that end are the fast ones.
    const usualMs = 2 * tookMs.length < total ? Math.max(seenMs, USUAL_MS) : seenMs;
    const youngestMs = Math.max(...running.map(({ sinceMs }) => sinceMs));
    const destroyMs = unasked > 0 || running.length === 0 ? usualMs : youngestMs + usualMs - nowMs;
    // The requests that are still to be sent: before the last destroy starts, and for the polls after it.
    const beforeMs = (unasked * REQUESTS_BEFORE * MINUTE_MS) / perMinute;
    const afterMs = (open * REQUESTS_AFTER * MINUTE_MS) / perMinute;
    return destroyMs > 0
        ? [`about ${rounded(beforeMs + Math.max(afterMs, destroyMs))} left`]
        : ["longer than usual"];
}

function quantile(values: readonly number[], part: number): number | null {
    const sorted = [...values].sort((one, other) => one - other);
    return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? null;
}

/** Nobody needs an estimate to the second. */
function rounded(ms: number): string {
    const step = ms < 90_000 ? 5_000 : 60_000;
    return formatDuration(Math.ceil(ms / step) * step);
}
