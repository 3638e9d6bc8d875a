import type { Simulator } from "../../simulator/index.js";
import type { Call } from "./calls.js";
import type { Options } from "./engine/options.js";
import type { Mishap, Trouble } from "./life.js";
import type { Program } from "./program.js";

/** What a run of the engine came to. */
export interface Ran {
    readonly ended: "well" | "badly" | "interrupted" | "killed";
    /** What people are left with: errors, and the lines that stay. */
    readonly text: string;
    readonly calls: readonly Call[];
}

/** One resource of a stack's state. */
export interface InState {
    readonly urn: string;
    readonly type: string;
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
    /** URNs. */
    readonly dependencies: readonly string[];
    /** It was replaced, and is to be deleted. */
    readonly delete: boolean;
}

/** A command of the engine that changes only the state. */
export type StateCommand =
    | { readonly command: "taint" | "unprotect"; readonly urn: string }
    | {
          readonly command: "delete";
          readonly urn: string;
          readonly dependents: boolean;
          /** A person chooses the first of several with the URN. */
          readonly first?: boolean;
      }
    | { readonly command: "move"; readonly urns: readonly string[] }
    | { readonly command: "rename resources"; readonly urns: readonly string[]; readonly to: string }
    | { readonly command: "rename"; readonly to: string };

export interface Start {
    readonly program: Program;
    readonly options: Options;
    readonly mishaps: readonly Mishap[];
    readonly troubles: readonly Trouble[];
    /** Whose token the run has. */
    readonly team: "own" | "other";
    /** Somebody does something in the panel. */
    readonly onPanel: (mishap: Extract<Mishap, { readonly mishap: "panel" }>) => void;
}

/** A stack, on the real engine or on the model of it. */
export interface Stack {
    readonly simulator: Simulator;
    resources(): Promise<readonly InState[]>;
    run(start: Start): Promise<Ran>;
    /** Resolves with whether the engine did it. */
    command(command: StateCommand): Promise<boolean>;
}

/** Scripts answers out of the ordinary. */
export function addTroubles(troubles: readonly Trouble[], { faults }: Simulator): void {
    for (const { request, after, times, do: action } of troubles) {
        const [method = "", path = ""] = request.split(" ");
        const match = { ...(method === "" ? {} : { method }), path: new RegExp(`^${path}`) };
        faults.add({ match, after, times, do: action });
    }
}
