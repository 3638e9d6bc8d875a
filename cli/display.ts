import type { Clock } from "../provider/polling/clock.js";
import { dropletLabel } from "../provider/teardown/format.js";
import type { Narrator } from "../provider/teardown/ports.js";
import { stackWarning } from "./plan-text.js";
import type { Output } from "./runtime.js";
import { LiveLines } from "./terminal.js";

/** Up to this many Droplets get a line each; a larger fleet gets one line. */
const MAX_LINES = 5;
/** Minimum interval of a fleet's line in a log. */
const FLEET_LINE_EVERY_MS = 10_000;
const FLEET_KEY = "fleet";

/** Progress of a run, on standard error. */
export interface Display {
    /** Permanent text. */
    readonly say: (text: string) => void;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** One line about all Droplets, shown if there are too many for a line each. */
    readonly progress: (line: string) => void;
    readonly ended: (dropletId: number) => void;
    /** Removes temporary lines. */
    readonly close: () => void;
}

/** The Droplets of a display, by id, with their names if known. */
export type DropletNames = ReadonlyMap<number, string | null>;

/** Rewritten lines on a terminal, and plain lines with timestamps elsewhere. */
export function createDisplay(stderr: Output, clock: Clock, names: DropletNames, planShown = true): Display {
    const screen = screenOf(stderr, clock);
    const label = (dropletId: number): string => dropletLabel(dropletId, names.get(dropletId) ?? null);
    const announce = announcer(screen, planShown);
    return names.size > MAX_LINES
        ? oneLine(screen, clock, names.size, announce)
        : lineEach(screen, label, announce);
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

type Screen = Pick<LiveLines, "set" | "remove" | "say" | "clear">;

function lineEach(screen: Screen, label: (dropletId: number) => string, announce: Announce): Display {
    return {
        say: (text) => screen.say(text),
        narratorFor: (dropletId) => ({
            announce,
            progress: (text) => screen.set(String(dropletId), `${label(dropletId)}: ${text}`),
        }),
        progress: () => undefined,
        ended: (dropletId) => screen.remove(String(dropletId)),
        close: () => screen.clear(),
    };
}

/** One line about all Droplets, rewritten on a terminal; in a log, at most every ten seconds. */
export function fleetDisplay(
    { stderr, clock }: { readonly stderr: Output; readonly clock: Clock },
    size: number,
): Display {
    const screen = screenOf(stderr, clock);
    return oneLine(screen, clock, size, announcer(screen, true));
}

function screenOf(stderr: Output, clock: Clock): Screen {
    return stderr.isTerminal ? new LiveLines(stderr) : plainLines(stderr, clock);
}

function oneLine(screen: Screen, clock: Clock, size: number, announce: Announce): Display {
    let toldAtMs = Number.NEGATIVE_INFINITY;
    let [ended, line] = [0, ""];
    const tell = (): void => {
        toldAtMs = clock.monotonicMs();
        screen.set(FLEET_KEY, line);
    };
    return {
        say: (text) => screen.say(text),
        narratorFor: () => ({ announce, progress: () => undefined }),
        progress: (text) => {
            line = text;
            const soon = clock.monotonicMs() - toldAtMs < FLEET_LINE_EVERY_MS;
            if (screen instanceof LiveLines || !soon || ended === size) {
                tell();
            }
        },
        ended: () => void (ended += 1),
        close: () => screen.clear(),
    };
}

/** In a log every line is permanent; a repeated line is omitted. */
function plainLines(stderr: Output, clock: Clock): Screen {
    const last = new Map<string, string>();
    const write = (text: string): void => {
        const stamp = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
        stderr.write(`${stamp} ${text}\n`);
    };
    return {
        set: (key, line) => {
            if (last.get(key) !== line) {
                last.set(key, line);
                write(line);
            }
        },
        remove: (key) => void last.delete(key),
        say: write,
        clear: () => undefined,
    };
}
