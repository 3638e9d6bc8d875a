import { edited } from "./edits.js";
import type { Aim, PanelAction, Role, Run, StateEdit, Step } from "./life.js";
import { act } from "./people.js";
import { type Bare, type Declared, EMPTY, type Program } from "./program.js";
import type { InState, Ran, Stack, StateCommand } from "./stack.js";
import { parseName } from "./urn.js";

const TYPES: Readonly<Record<Role, string>> = {
    executor: "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown",
    droplet: "digitalocean:index/droplet:Droplet",
    record: "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord",
};

/** Lives the life of a stack, step by step. */
export class Player {
    program: Program = EMPTY;
    readonly stack: Stack;
    /** Droplets that somebody has taken every tag off. */
    readonly freed = new Set<number>();
    /** Droplets that somebody has taken their expiry off, until an `up` changes them. */
    readonly rescued = new Set<number>();
    /** Of the steps so far. */
    #serial = 0;

    constructor(stack: Stack) {
        this.stack = stack;
    }

    /** @returns what a run came to; null for any other step */
    async take(step: Step): Promise<Ran | null> {
        this.#serial += 1;
        if ("edit" in step) {
            this.program = edited(this.program, step, this.#serial, this.#elsewhere());
            return null;
        }
        if ("panel" in step) {
            this.#act(step);
            return null;
        }
        if ("state" in step) {
            const command = await this.#toCommand(step);
            if (command !== null) {
                await this.stack.command(command);
            }
            return null;
        }
        return "run" in step ? this.run(step) : null;
    }

    /** No policy prevents anything any more, and no teardown is for a Droplet that is gone. */
    allowAll(): void {
        const { droplets: alive } = this.stack.simulator.state();
        const isThere = (dropletId: number): boolean => alive.some(({ id }) => id === dropletId);
        // What imports a Droplet that is gone, or tears it down, stops every `up`.
        const droplets = this.program.droplets.filter(({ imports }) => imports === null || isThere(imports));
        // One for a Droplet that the program has imported is refused beside it.
        const imported = new Set(droplets.map(({ imports }) => imports));
        const bare = this.program.bare.filter(
            ({ dropletId }) => isThere(dropletId) && !imported.has(dropletId),
        );
        const allow = <T extends Declared | Bare>(all: readonly T[]): T[] =>
            all.map((one) => ({ ...one, policy: "keep", option: "none" }));
        this.program = { droplets: allow(droplets), bare: allow(bare) };
    }

    /** Somebody else has taken this step. */
    skip(): void {
        this.#serial += 1;
    }

    async run(run: Run): Promise<Ran> {
        const { targets, excludes, replace, targetDependents, continueOnError, refresh, runProgram } = run;
        const resources = await this.stack.resources();
        const urns = (aims: readonly Aim[] | undefined): readonly string[] | undefined => {
            const found = aims?.flatMap((aim) => aimedAt(aim, resources)?.urn ?? []);
            return found?.length === 0 ? undefined : found;
        };
        const [targeted, excluded, replaced] = [urns(targets), urns(excludes), urns(replace)];
        return this.stack.run({
            program: this.program,
            options: {
                operation: run.run,
                ...(targeted === undefined ? {} : { targets: targeted }),
                ...(excluded === undefined ? {} : { excludes: excluded }),
                ...(replaced === undefined ? {} : { replace: replaced }),
                ...(targetDependents === undefined ? {} : { targetDependents }),
                ...(continueOnError === undefined ? {} : { continueOnError }),
                ...(refresh === undefined ? {} : { refresh }),
                ...(runProgram === undefined ? {} : { runProgram }),
            },
            mishaps: run.mishaps ?? [],
            troubles: run.troubles ?? [],
            team: run.otherTeam === true ? "other" : "own",
            onPanel: ({ action }) => this.#act(action),
        });
    }

    #act(action: PanelAction): void {
        act(this.stack, action, this.#serial, this.freed, this.rescued);
    }

    /** Droplets that people have made. */
    #elsewhere(): { readonly id: number; readonly name: string }[] {
        const { droplets } = this.stack.simulator.state();
        return droplets.filter(({ name }) => name.startsWith("elsewhere-"));
    }

    /** The name that the program has for a Droplet and the state has not, as after an edit. */
    #newName(resources: readonly InState[]): string {
        const known = new Set(resources.map(({ urn }) => parseName(urn)));
        return this.program.droplets.find(({ name }) => !known.has(name))?.name ?? `web-${this.#serial}`;
    }

    async #toCommand(edit: StateEdit): Promise<StateCommand | null> {
        if (edit.state === "rename stack") {
            return { command: "rename", to: `dev-${this.#serial}` };
        }
        const resources = await this.stack.resources();
        if (edit.state === "move" || edit.state === "rename") {
            const { at, roles } = edit;
            const urns = roles.flatMap((role) => aimedAt({ role, at }, resources)?.urn ?? []);
            if (urns.length === 0) {
                return null;
            }
            return edit.state === "move"
                ? { command: "move", urns }
                : { command: "rename resources", urns, to: this.#newName(resources) };
        }
        const urn = aimedAt(edit, resources)?.urn;
        if (urn === undefined) {
            return null;
        }
        return edit.state === "delete"
            ? { command: "delete", urn, dependents: edit.dependents }
            : { command: edit.state, urn };
    }
}

/** By name, so that it is the same one whatever the order of the state. */
function aimedAt({ role, at }: Aim, resources: readonly InState[]): InState | undefined {
    const such = resources.filter((one) => one.type === TYPES[role] && !one.delete);
    const sorted = [...such].sort((one, other) => (one.urn < other.urn ? -1 : 1));
    return sorted[at % Math.max(sorted.length, 1)];
}
