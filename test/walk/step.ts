import { seededRandom } from "../../bench/random.js";
import type { Edit } from "./program.js";

/** What the engine is asked to do. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

/** What happens to a run of the engine; `at`: after so many of the requests that it causes. */
export type Mishap =
    | { readonly mishap: "none" | "fault" | "continue-on-error" | "target" }
    | { readonly mishap: "interrupted" | "killed" | "all killed"; readonly at: number };

/** What a person does in the control panel; `at` chooses a Droplet. */
export interface PanelAction {
    readonly panel:
        "snapshot" | "kept snapshot" | "volume" | "kept volume" | "reserved ip" | "delete droplet" | "detach";
    readonly at: number;
}

/** One step of a walk, as plain data. */
export type Step = Edit | PanelAction | ({ readonly operation: Operation } & Mishap);

const EDITS = [
    "add",
    "remove",
    "replace",
    "replace",
    "rename",
    "alias",
    "disable",
    "enable",
    "official",
    "ours",
    "ours",
    "front end",
    "front end",
    "sibling",
] as const;
const PANEL = [
    "snapshot",
    "snapshot",
    "kept snapshot",
    "volume",
    "kept volume",
    "reserved ip",
    "delete droplet",
    "detach",
] as const;
const OPERATIONS = ["up", "up", "up", "up", "destroy", "destroy", "preview", "refresh"] as const;
const MISHAPS = [
    "none",
    "none",
    "none",
    "fault",
    "fault",
    "interrupted",
    "interrupted",
    "killed",
    "killed",
    "all killed",
    "continue-on-error",
    "target",
] as const;
/** An `up` or `destroy` has about so many requests, ours and the official provider's. */
const REQUESTS = 30;

/** The steps of a walk, drawn. Edits and panel actions come before a run of the engine. */
export function drawWalk(seed: number, runs: number): Step[] {
    const random = seededRandom(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const at = (below: number): number => Math.floor(random() * below);
    const run = (): Step => {
        const operation = pick(OPERATIONS);
        const mishap = operation === "preview" ? "none" : pick(MISHAPS);
        return mishap === "interrupted" || mishap === "killed" || mishap === "all killed"
            ? { operation, mishap, at: 1 + at(REQUESTS) }
            : { operation, mishap };
    };
    const before = (): Step[] => {
        const edits: Step[] = random() < 0.5 ? [{ edit: pick(EDITS), at: at(2) }] : [];
        const panel: Step[] = random() < 0.5 ? [{ panel: pick(PANEL), at: at(2) }] : [];
        return [...edits, ...panel];
    };
    return [
        { operation: "up", mishap: "none" },
        ...Array.from({ length: runs }, () => [...before(), run()]).flat(),
    ];
}

/** A step in a few words. */
export function describeStep(step: Step): string {
    const { at, ...rest } = step as Step & { readonly at?: number };
    return `${Object.values(rest).join(" ")}${at === undefined ? "" : ` @${at}`}`;
}
