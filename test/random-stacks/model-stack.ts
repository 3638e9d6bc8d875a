import type { Settings, Simulator } from "../../simulator/index.js";
import { personalToken, TeardownWorld } from "../support/teardown-world.js";
import { deleted, EditRefused, moved, named, renamed, tainted, unprotected } from "./engine/edits.js";
import type { EngineVersion } from "./engine/options.js";
import type { Resource } from "./engine/resource.js";
import { ModelRun } from "./model-run.js";
import { recordRegistrations } from "./recorded.js";
import { addTroubles, type InState, type Ran, type Stack, type Start, type StateCommand } from "./stack.js";
import { sweep, type Swept } from "./sweep.js";
import type { StackName } from "./urn.js";

const TOKENS = { own: personalToken("a1"), other: personalToken("b2") };

/** A stack on the model of the engine, in virtual time. */
export class ModelStack implements Stack {
    readonly world: TeardownWorld;
    readonly simulator: Simulator;
    /** Is called when a request has taken effect. */
    onRequest: () => void = () => undefined;
    readonly #engine: EngineVersion;
    #names = 0;
    #stack: StackName;
    #state: readonly Resource[] = [];
    /** Of the stack to which resources are moved. */
    #elsewhere: readonly Resource[] = [];

    constructor(project: string, settings: Partial<Settings>, engine: EngineVersion) {
        this.#stack = { name: "dev", project };
        this.#engine = engine;
        const grants = { [TOKENS.own]: {}, [TOKENS.other]: { team: "other" } };
        this.world = new TeardownWorld({ settings, grants });
        this.simulator = this.world.simulator;
    }

    async resources(): Promise<readonly InState[]> {
        return this.#state;
    }

    /** What the stack has to which resources are moved. */
    moved(): readonly InState[] {
        return this.#elsewhere;
    }

    async command(command: StateCommand): Promise<boolean> {
        try {
            this.#edit(command);
            return true;
        } catch (error) {
            if (error instanceof EditRefused) {
                return false;
            }
            throw error;
        }
    }

    /** `destroy --expired` of what has a tag, with the command line. */
    sweep(tag: string, includeStacks: boolean): Promise<Swept> {
        return sweep(tag, includeStacks, this.world, TOKENS.own);
    }

    async run({ program, options, mishaps, troubles, team, onPanel }: Start): Promise<Ran> {
        addTroubles(troubles, this.simulator);
        const run = new ModelRun({
            ...{ ...options, mishaps, onPanel, stack: this.#stack, engine: this.#engine },
            ...{ world: this.world, state: this.#state, token: TOKENS[team] },
            onRequest: () => this.onRequest(),
            newName: (name) => `${name}-${(this.#names += 1).toString(16).padStart(7, "0")}`,
            program: await recordRegistrations(program, this.#stack),
        });
        const { state, ...ran } = await run.run();
        this.#state = state;
        this.simulator.faults.clear();
        return ran;
    }

    #edit(command: StateCommand): void {
        switch (command.command) {
            case "taint":
                this.#state = tainted(this.#state, command.urn);
                return;
            case "unprotect":
                this.#state = unprotected(this.#state, command.urn);
                return;
            case "delete":
                this.#state = deleted(this.#state, command.urn, {
                    targetDependents: command.dependents,
                    first: command.first === true,
                });
                return;
            case "rename resources":
                // What was renamed before one is refused stays so.
                for (const urn of command.urns) {
                    this.#state = named(this.#state, urn, command.to);
                }
                return;
            case "rename":
                this.#stack = { ...this.#stack, name: command.to };
                this.#state = renamed(this.#state, this.#stack);
                return;
            case "move": {
                const there = { ...this.#stack, name: "other" };
                const { source, target } = moved(this.#state, this.#elsewhere, command.urns, there);
                [this.#state, this.#elsewhere] = [source, target];
            }
        }
    }
}
