import { type FleetCount, frame, logLine, type Running, type Scene } from "../../provider/fleet/progress.js";
import type { Clock } from "../../provider/polling/clock.js";
import { dropletLabel, utc } from "../../provider/teardown/format.js";
import type { Narrator } from "../../provider/teardown/ports.js";
import { stackWarning } from "./plan.js";
import type { Output } from "../runtime.js";
import { LiveLines } from "./terminal.js";

/** On a terminal, time passes by the second. */
const TICK_MS = 1_000;
/** A log gets a line a minute at most. */
const LOG_EVERY_MS = 60_000;

/** Progress of a run, on standard error. */
export interface Display {
    readonly narratorFor: (dropletId: number) => Narrator;
    /** How far all Droplets are. */
    readonly progress: (count: FleetCount, perMinute: number) => void;
    readonly ended: (dropletId: number) => void;
    /** Removes temporary lines. */
    readonly close: () => void;
}

/** The Droplets of a display, by id, with their names if known. */
export type DropletNames = ReadonlyMap<number, string | null>;

/** The progress of many teardowns, on a screen of its own. */
export function createDisplay(stderr: Output, clock: Clock, names: DropletNames, planShown = true): Display {
    const screen = createScreen(stderr, clock);
    const announce = announcer(screen, planShown);
    const running = new Map<number, Running>();
    const tookMs: number[] = [];
    const startedAtMs = clock.monotonicMs();
    const total = names.size;
    let counts: Pick<Scene, "count" | "perMinute"> = {
        count: { total, destroyed: 0, failed: 0, unseen: 0, unasked: total },
        perMinute: Number.POSITIVE_INFINITY,
    };
    const show = (): void => {
        const scene = { ...counts, startedAtMs, running: [...running.values()], tookMs };
        const isNews = scene.count.total > 1 || scene.running.length > 0;
        screen.show(
            () => frame(scene, clock.monotonicMs(), stderr.rows),
            () => (isNews ? logLine(scene, clock.monotonicMs()) : null),
        );
    };
    const closed = new AbortController();
    void everySoOften(show, screen.everyMs, clock, closed.signal);
    return {
        narratorFor: (dropletId) => ({
            announce,
            progress: (says) => {
                const label = dropletLabel(dropletId, names.get(dropletId) ?? null);
                const sinceMs = running.get(dropletId)?.sinceMs ?? clock.monotonicMs();
                running.set(dropletId, { label, sinceMs, says });
                show();
            },
        }),
        progress: (count, perMinute) => {
            counts = { count, perMinute };
            show();
        },
        ended: (dropletId) => {
            const began = running.get(dropletId);
            if (began !== undefined) {
                tookMs.push(clock.monotonicMs() - began.sinceMs);
                running.delete(dropletId);
                show();
            }
        },
        close: () => {
            closed.abort(new Error("closed"));
            screen.clear();
        },
    };
}

async function everySoOften(
    work: () => void,
    everyMs: number,
    clock: Clock,
    signal: AbortSignal,
): Promise<void> {
    while (
        await clock.sleep(everyMs, signal).then(
            () => true,
            () => false,
        )
    ) {
        work();
    }
}

type Announce = Narrator["announce"];

/** Shows a plan unless it has already been shown. */
function announcer(screen: Screen, planShown: boolean): Announce {
    return async (text, droplet) => {
        if (planShown) {
            screen.say(text.split("\n", 1).join(""));
            return;
        }
        const stack = stackWarning(droplet ?? null);
        screen.say([...(stack === null ? [] : [stack]), text].join("\n"));
    };
}

/** Where progress is shown. */
export interface Screen {
    readonly everyMs: number;
    /** Shows how far things are: as lines of a terminal, or as a line of a log; null: that is no news. */
    readonly show: (lines: () => readonly string[], logLine: () => string | null) => void;
    /** Permanent text. */
    readonly say: (text: string) => void;
    /** Removes temporary lines. */
    readonly clear: () => void;
}

/** Rewritten lines on a terminal, and a line a minute with its time elsewhere. */
export function createScreen(stderr: Output, clock: Clock): Screen {
    return stderr.isTerminal ? liveScreen(stderr) : logScreen(stderr, clock);
}

function liveScreen(stderr: Output): Screen {
    const live = new LiveLines(stderr);
    return {
        everyMs: TICK_MS,
        show: (lines) => live.show(lines()),
        say: (text) => live.say(text),
        clear: () => live.show([]),
    };
}

/** In a log every line is permanent. */
function logScreen(stderr: Output, clock: Clock): Screen {
    let lastMs = Number.NEGATIVE_INFINITY;
    const say = (text: string): void => {
        stderr.write(`${utc(clock.now())} ${text}\n`);
    };
    return {
        everyMs: LOG_EVERY_MS,
        show: (_, logLine) => {
            const line = clock.monotonicMs() - lastMs < LOG_EVERY_MS ? null : logLine();
            if (line !== null) {
                lastMs = clock.monotonicMs();
                say(line);
            }
        },
        say,
        clear: () => undefined,
    };
}
