import type { Clock } from "../provider/polling/clock.js";
import type { Narrator } from "../provider/teardown/effects.js";
import { dropletLabel } from "../provider/teardown/wording.js";
import type { Entry } from "./exit-code.js";
import { LiveLines } from "./live-lines.js";
import { stackWarning } from "./stack-warning.js";
import type { Output } from "./surroundings.js";

/** Up to so many Droplets have a line each; more of them are a fleet, which has one. */
const MOST_LINES = 5;
/** In a log, a fleet's line comes no more often than this. */
const FLEET_LINE_EVERY_MS = 10_000;
const FLEET_KEY = "fleet";

/** Progress of a run, on standard error. */
export interface Display {
    /** Text that stays. */
    readonly say: (text: string) => void;
    readonly narratorFor: (dropletId: number) => Narrator;
    /** One line about all of them; shown where there are too many for a line each. */
    readonly progress: (line: string) => void;
    readonly ended: (entry: Entry) => void;
    /** Takes away what does not stay. */
    readonly close: () => void;
}

/** What a display shows about: the Droplets by id, with their names where they are known. */
export type Crowd = ReadonlyMap<number, string | null>;

/** Lines that are rewritten on a terminal, and plain lines with time stamps elsewhere. */
export function createDisplay(stderr: Output, clock: Clock, crowd: Crowd, planShown = true): Display {
    const screen = screenOf(stderr, clock);
    const label = (dropletId: number): string => dropletLabel(dropletId, crowd.get(dropletId) ?? null);
    const announce = announcer(screen, planShown);
    return crowd.size > MOST_LINES
        ? oneLine(screen, clock, crowd.size, announce)
        : lineEach(screen, label, announce);
}

type Announce = Narrator["announce"];

/** A plan that has been shown is not shown again; otherwise this is where it is. */
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
        ended: ({ report }) => screen.remove(String(report.dropletId)),
        close: () => screen.clear(),
    };
}

/** One line about so many Droplets, rewritten on a terminal; in a log it comes every ten seconds. */
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

/** In a log every line stays; one that says the same as before is left out. */
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
