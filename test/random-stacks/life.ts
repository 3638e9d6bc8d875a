import type { FaultAction } from "../../simulator/index.js";
import type { PlainSettings } from "../random-worlds/world.js";
import type { EngineVersion, Operation } from "./engine/options.js";
import type { Bare, Declared } from "./program.js";

/** An edit of the program. `at` chooses a Droplet of it; an edit that does not apply changes nothing. */
export type Edit =
    | { readonly edit: "add"; readonly declared: Partial<Declared> }
    | { readonly edit: "remove"; readonly at: number }
    | { readonly edit: "change"; readonly at: number; readonly to: Partial<Declared> }
    /** Another image: the Droplet is replaced. */
    | { readonly edit: "replace"; readonly at: number }
    | { readonly edit: "rename"; readonly at: number; readonly alias: boolean }
    /** The Droplet `of` of those that come from elsewhere becomes the program's; later, that option goes. */
    | { readonly edit: "import"; readonly of: number; readonly declared: Partial<Declared> }
    | { readonly edit: "imported"; readonly at: number }
    /** A teardown by id, for the Droplet `of` of those that come from elsewhere. */
    | { readonly edit: "add bare"; readonly of: number; readonly bare: Partial<Bare> }
    | { readonly edit: "change bare"; readonly at: number; readonly to: Partial<Bare> }
    | { readonly edit: "remove bare"; readonly at: number };

/** Part of a Droplet in a state. */
export const ROLES = ["executor", "droplet", "record"] as const;
export type Role = (typeof ROLES)[number];

/** One resource of a state: the `at`-th of its role, counted round and round. */
export interface Aim {
    readonly role: Role;
    readonly at: number;
}

/** A command of the engine that changes only the state. */
export type StateEdit =
    | ({ readonly state: "taint" | "unprotect" } & Aim)
    | ({ readonly state: "delete"; readonly dependents: boolean } & Aim)
    /** Of what belongs to one Droplet, some go to another stack. */
    | { readonly state: "move"; readonly at: number; readonly roles: readonly Role[] }
    /** Of what belongs to one Droplet, some get the name that the program has for it, or another one. */
    | { readonly state: "rename"; readonly at: number; readonly roles: readonly Role[] }
    | { readonly state: "rename stack" };

/** What a person does in the control panel; `at` chooses a Droplet. */
export interface PanelAction {
    readonly panel: (typeof PANEL_ACTIONS)[number] | "rescue";
    readonly at: number;
}

/** What is drawn at random; of what expires, `Expiry` in draw.ts has more. */
export const PANEL_ACTIONS = [
    "snapshot",
    "kept snapshot",
    "volume",
    "kept volume",
    "volume snapshot",
    "reserved ip",
    "detach",
    "delete droplet",
    "delete snapshot",
    "untag",
    "tag",
    "delete tag",
    "copy",
    "new droplet",
] as const;

/** The beginning of "METHOD /path" as a regular expression, such as "DELETE /v2/droplets/"; "" for any request. */
export type Requests = string;

/** When: after the `nth` of such requests. */
export interface Moment {
    readonly request: Requests;
    readonly nth: number;
}

/** What happens to a run of the engine, and what people do meanwhile. */
export type Mishap =
    /** Ctrl-C: what runs goes on, and nothing else is begun. */
    | { readonly mishap: "interrupted"; readonly at: Moment }
    /** The engine, the engine and its plugins, or the plugins alone. */
    | { readonly mishap: "killed" | "all killed" | "plugins killed"; readonly at: Moment }
    | { readonly mishap: "panel"; readonly at: Moment; readonly action: PanelAction };

/** An answer out of the ordinary, to requests that begin like this, after some ordinary ones. */
export interface Trouble {
    readonly request: Requests;
    readonly after: number;
    readonly times: number;
    readonly do: FaultAction;
}

/** One run of the engine. */
export interface Run {
    readonly run: Operation;
    readonly targets?: readonly Aim[];
    readonly targetDependents?: boolean;
    readonly excludes?: readonly Aim[];
    readonly replace?: readonly Aim[];
    readonly continueOnError?: boolean;
    readonly refresh?: boolean;
    readonly runProgram?: boolean;
    readonly mishaps?: readonly Mishap[];
    readonly troubles?: readonly Trouble[];
    /** The token is one of another team. */
    readonly otherTeam?: boolean;
    /** How much later the next step is taken. */
    readonly pauseMs?: number;
}

/** Whether a run is about the whole stack. */
export function isOfAll({ targets, excludes }: Run): boolean {
    return targets === undefined && excludes === undefined;
}

/** Time passes. */
export interface Pass {
    readonly passMs: number;
}

/** A nightly job destroys what has expired, with the command line: of a stack by its tag for people, or what has a tag. */
export interface Sweep {
    readonly sweep: "stack" | "pets";
    readonly includeStacks: boolean;
}

export type Step = Edit | StateEdit | PanelAction | Run | Pass | Sweep;

/** Which of two ways on somebody takes whom an error asks. */
export type Choice = "keep" | "destroy";

/** The life of a stack: plain data, so that it can be shrunk, printed and kept as a test. */
export interface Life {
    readonly settings: PlainSettings;
    readonly engine: EngineVersion;
    readonly steps: readonly Step[];
    /** What somebody chooses in the end whom an error asks. */
    readonly choice: Choice;
}

/** Of the programs of all lives. */
export const PROJECT = "app";

/** A step in a few words. */
export function describeStep(step: Step): string {
    return JSON.stringify(step).replaceAll(/["{}]/g, "").replaceAll(",", ", ");
}
