import { type FleetCount, frame, logLine, type Running, type Scene } from "../../provider/fleet/progress.js";
import type { Clock } from "../../provider/polling/clock.js";
import { dropletLabel } from "../../provider/teardown/format.js";
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
    /** Permanent text. */
    readonly say: (text: string) => void;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** How far all Droplets are. */
    readonly progress: (count: FleetCount, perMinute: number) => void;
    readonly ended: (dropletId: number) => void;
    /** Removes temporary lines. */
    readonly close: () => void;
}

/** The Droplets of a display, by id, with their names if known. */
export type DropletNames = ReadonlyMap<number, string | null>;

/** Rewritten lines on a terminal, and a line a minute with its time elsewhere. */
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
    const show = (): void => screen.show({ ...counts, startedAtMs, running: [...running.values()], tookMs });
    const closed = new AbortController();
    void everySoOften(show, screen.everyMs, clock, closed.signal);
    return {
        say: (text) => screen.say(text),
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

interface Screen {
    readonly everyMs: number;
    readonly show: (scene: Scene) => void;
    readonly say: (text: string) => void;
    readonly clear: () => void;
}

function createScreen(stderr: Output, clock: Clock): Screen {
    return stderr.isTerminal ? liveScreen(stderr, clock) : logScreen(stderr, clock);
}

function liveScreen(stderr: Output, clock: Clock): Screen {
    const lines = new LiveLines(stderr);
    return {
        everyMs: TICK_MS,
        show: (scene) => lines.show(frame(scene, clock.monotonicMs(), stderr.rows)),
        say: (text) => lines.say(text),
        clear: () => lines.show([]),
    };
}

/** True when it is first asked, and then once in a while. */
function onceIn(periodMs: number, clock: Clock): () => boolean {
    let lastMs = Number.NEGATIVE_INFINITY;
    return () => {
        const isDue = clock.monotonicMs() - lastMs >= periodMs;
        lastMs = isDue ? clock.monotonicMs() : lastMs;
        return isDue;
    };
}

/** In a log every line is permanent. */
function logScreen(stderr: Output, clock: Clock): Screen {
    const isDue = onceIn(LOG_EVERY_MS, clock);
    const say = (text: string): void => {
        const stamp = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
        stderr.write(`${stamp} ${text}\n`);
    };
    return {
        everyMs: LOG_EVERY_MS,
        show: (scene) => {
            const isNews = scene.count.total > 1 || scene.running.length > 0;
            if (isNews && isDue()) {
                say(logLine(scene, clock.monotonicMs()));
            }
        },
        say,
        clear: () => undefined,
    };
}

/** "looked at 40/300 droplets": rewritten on a terminal, a line a minute elsewhere. */
export function counterDisplay({ stderr, clock }: { readonly stderr: Output; readonly clock: Clock }): {
    readonly show: (text: string) => void;
    readonly close: () => void;
} {
    const lines = stderr.isTerminal ? new LiveLines(stderr) : null;
    const log = logScreen(stderr, clock);
    const isDue = onceIn(LOG_EVERY_MS, clock);
    return {
        show: (text) => {
            if (lines !== null) {
                lines.show([text]);
            } else if (isDue()) {
                log.say(text);
            }
        },
        close: () => lines?.show([]),
    };
}
