import { ungrouped } from "../../provider/stored/inputs.js";
import type { Simulator } from "../../simulator/index.js";
import { isStackTag } from "../../provider/teardown/model.js";
import { Violation } from "../random-worlds/violation.js";
import { followAdvice } from "./advice.js";
import { type Choice, isOfAll, type Life, PROJECT, type Run, type Step, type Sweep } from "./life.js";
import { ModelStack } from "./model-stack.js";
import { Player } from "./player.js";
import { Chronicle } from "./rules/chronicle.js";
import { checkEvent, checkQuiet, checkSweep, type RunEvent } from "./rules/index.js";
import { Leftovers } from "./rules/left.js";
import type { InState, StateCommand } from "./stack.js";

/** Whatever runs at DigitalOcean has come to its end by then. */
const AFTERWARDS_MS = 1_800_000;
const MAX_ATTEMPTS = 8;
/** No token can tell, because an executor's create could not read its team, and its tag is gone. */
const NO_TEAM = "no account was recorded to compare with";
const PREVENTED = /\((\d+)\): nothing was destroyed, because the policy prevents/g;
/** Lists show by then what there is. */
const SETTLED_MS = 60_000;

/**
 * Plays a life to its end, on the model.
 * @throws Violation where something happens that must never happen
 */
export async function playLife(life: Life): Promise<void> {
    const stage = new Stage(life);
    for (const step of life.steps) {
        await stage.take(step);
    }
    await stage.finish();
}

class Stage {
    readonly #stack: ModelStack;
    readonly #player: Player;
    readonly #chronicle: Chronicle;
    readonly #choice: Choice;
    /** Droplets that somebody has cleared of what prevents their destroy. */
    readonly #cleared = new Set<number>();
    #triedTokens = 0;

    constructor({ settings, engine, choice }: Life) {
        this.#stack = new ModelStack(PROJECT, settings, engine);
        this.#player = new Player(this.#stack);
        this.#chronicle = new Chronicle(this.#stack.simulator, () => this.#serverNow(), this.#player);
        this.#stack.onRequest = () => this.#chronicle.look();
        this.#choice = choice;
    }

    async take(step: Step): Promise<void> {
        if ("passMs" in step) {
            await this.#pass(step.passMs);
            return;
        }
        if ("sweep" in step) {
            await this.#sweep(step);
            return;
        }
        if (!("run" in step)) {
            await this.#edit(() => this.#player.take(step), true);
            return;
        }
        const event = await this.#run(step);
        const { troubles = [], mishaps = [] } = step;
        const isPlain = isOfAll(step) && troubles.length + mishaps.length === 0;
        if (step.run === "up" && event.ran.ended === "well" && isPlain && step.otherTeam !== true) {
            checkQuiet(await this.#run({ run: "up" }));
        }
    }

    async #sweep(step: Sweep): Promise<void> {
        // What was made just now is in every list by then.
        await this.#pass(SETTLED_MS);
        const { simulator } = this.#stack;
        const before = simulator.state().droplets;
        const tag = step.sweep === "pets" ? step.sweep : before.flatMap(({ tags }) => tags).find(isStackTag);
        if (tag === undefined) {
            return;
        }
        const nowMs = this.#serverNow();
        const swept = await this.#stack.sweep(tag, step.includeStacks);
        const after = simulator.state().droplets;
        checkSweep({ sweep: step, tag, before, after, swept, nowMs, rescued: this.#player.rescued });
        this.#chronicle.look();
    }

    #serverNow(): number {
        return this.#stack.world.clock.now() + this.#stack.simulator.settings.clockSkewMs;
    }

    /** Nothing disturbs any more: by what is said, the stack comes to its end. */
    async finish(): Promise<void> {
        await this.#pass(AFTERWARDS_MS);
        const said: string[] = [];
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
            const { ran, after } = await this.#run({ run: "destroy" });
            if (ran.ended === "well" && after.length === 0) {
                return;
            }
            said.push(ran.text);
            await this.#goOn(ran.text, after);
        }
        throw new Violation("by what is said, a stack comes to its end", said.join("\n----\n"));
    }

    async #goOn(text: string, state: readonly InState[]): Promise<void> {
        await this.#edit(() => this.#helpOut(text, state));
        if (!(await this.#follow(text))) {
            // What people do who know Pulumi: some resource is gone, and its provider does not say so.
            await this.#run({ run: "refresh" });
        }
        const prevented = [...text.matchAll(PREVENTED)].map(([, id]) => Number(id));
        // What prevents it is taken away at first; where the program brings it back, its policy is changed.
        if (text.includes("prevent") && !prevented.some((id) => !this.#cleared.has(id))) {
            this.#player.allowAll();
            const { ran } = await this.#run({ run: "up" });
            await this.#follow(ran.text);
        }
        prevented.forEach((id) => this.#cleared.add(id));
    }

    /** @returns whether there was something to follow */
    async #follow(text: string, team = "default"): Promise<boolean> {
        const done = await followAdvice(text, this.#choice, {
            command: (command) => this.#edit(() => this.#commandOrUnprotect(command)),
            simulator: this.#stack.simulator,
            team,
            up: () => this.#run({ run: "up" }),
            refresh: () => this.#run({ run: "refresh" }),
            hasTriedTokens: text.includes(NO_TEAM) && this.#triedTokens > 1,
            destroyWithOtherToken: async () => {
                this.#triedTokens += 1;
                const { ran, after } = await this.#run({ run: "destroy", otherTeam: true });
                await this.#edit(() => this.#helpOut(ran.text, after));
                await (team === "other" ? undefined : this.#follow(ran.text, "other"));
            },
        });
        return done.length > 0;
    }

    /** A state from which nothing may be taken out says so, and how that is changed. */
    async #commandOrUnprotect(command: StateCommand): Promise<void> {
        if (!(await this.#stack.command(command))) {
            for (const { urn } of await this.#stack.resources()) {
                await this.#stack.command({ command: "unprotect", urn });
            }
            const present = await this.#byPresentName(command);
            // Where several have the URN, the engine lets a person choose one.
            await this.#stack.command(present);
        }
    }

    /** Until the next `up`, what is said names what was renamed by its former name; the engine shows the present one. */
    async #byPresentName(command: StateCommand): Promise<StateCommand> {
        if (command.command !== "delete") {
            return command;
        }
        const [, , ...rest] = command.urn.split("::");
        const resources = await this.#stack.resources();
        const present =
            resources.find(({ urn }) => urn.endsWith(`::${rest.join("::")}`)) ??
            resources.find(({ outputs }) => ungrouped(outputs).resourceUrn === command.urn);
        return { ...command, urn: present?.urn ?? command.urn, first: true };
    }

    /** What people do about what the engine and the official provider say. */
    async #helpOut(text: string, state: readonly InState[]): Promise<void> {
        const { simulator } = this.#stack;
        for (const { urn } of state.filter((one) => text.includes(`${one.urn} is protected`))) {
            await this.#stack.command({ command: "unprotect", urn });
        }
        // A Droplet that somebody has chosen to keep holds what the stack has made for it.
        if (text.includes("attached volume cannot be deleted")) {
            for (const { id, dropletId } of simulator.state().volumes) {
                if (dropletId !== null) {
                    this.#panelFor(dropletId).detachVolume(id);
                }
            }
        }
        for (const [, id] of text.matchAll(PREVENTED)) {
            this.#clear(Number(id));
        }
        // Of another team, or not to be deleted: by the official provider, it stays in the state for ever.
        const stuck = [
            "Error deleting VPC",
            "Error retrieving reserved IP: GET : 404",
            "Error detaching the volumes from the droplet",
        ];
        for (const { urn } of state.filter((one) =>
            stuck.some((why) => text.includes(`${one.urn}: ${why}`)),
        )) {
            await this.#stack.command({ command: "delete", urn, dependents: false });
        }
    }

    /** What prevents a destroy goes. */
    #clear(dropletId: number): void {
        const { simulator } = this.#stack;
        const { volumes, reservedIps, snapshots } = simulator.state();
        const panel = this.#panelFor(dropletId);
        const isIts = (one: { readonly dropletId: number | null }): boolean => one.dropletId === dropletId;
        volumes.filter(isIts).forEach(({ id }) => panel.detachVolume(id));
        reservedIps.filter(isIts).forEach(({ address }) => panel.unassignReservedIp(address));
        snapshots
            .filter(({ resourceId }) => Number(resourceId) === dropletId)
            .forEach(({ id }) => panel.deleteSnapshot(id));
    }

    /** Of a Droplet's team. */
    #panelFor(dropletId: number): Simulator["panel"] {
        const { simulator } = this.#stack;
        const droplet = simulator.state().droplets.find(({ id }) => id === dropletId);
        return droplet === undefined ? simulator.panel : simulator.panelFor(droplet.team);
    }

    /** Somebody does something between the runs. */
    async #edit<T>(work: () => Promise<T>, isOwnIdea = false): Promise<T> {
        const before = await this.#stack.resources();
        const result = await work();
        this.#chronicle.edited(before, await this.#stack.resources(), isOwnIdea);
        this.#chronicle.look();
        return result;
    }

    async #run(run: Run): Promise<RunEvent> {
        const { simulator } = this.#stack;
        const { program } = this.#player;
        const chronicle = this.#chronicle;
        const before = await this.#stack.resources();
        chronicle.look();
        chronicle.begins(program, before, run);
        const leftovers = new Leftovers({ chronicle, simulator });
        const history = simulator.history();
        const going = new Set(simulator.state().destroys.map(({ dropletId }) => dropletId));
        const earlier = [...simulator.requests()];
        simulator.clearRequests();
        const startedMs = this.#serverNow();
        const ran = await this.#player.run(run);
        const endedMs = this.#serverNow();
        const after = await this.#stack.resources();
        const requests = [...simulator.requests()];
        chronicle.ended(ran, after, run);
        const event = {
            ...{ run, ran, program, before, after, going, requests, earlier, chronicle, simulator },
            ...{ startedMs, endedMs },
            elsewhere: this.#stack.moved(),
            destroyed: chronicle.destroyedByUs(history),
        };
        checkEvent(event);
        leftovers.check(event);
        await this.#pass(run.pauseMs ?? 0);
        return event;
    }

    async #pass(ms: number): Promise<void> {
        const { clock } = this.#stack.world;
        await clock.run(clock.sleep(ms));
        this.#chronicle.look();
    }
}
