import type { Engine } from "../../tools/engine/engine.js";
import type { RunOptions, RunResult } from "../support/engine.js";
import { text, type EngineWorld } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { act } from "./panel.js";
import { edited, FIRST, toSource, type Program } from "./program.js";
import { describeStep, type Mishap, type Operation, type Step } from "./step.js";
import { Watch } from "./watch.js";

/** What is wrong, after which step. */
export interface Violation {
    readonly step: number;
    readonly what: readonly string[];
    /** What the engine printed last. */
    readonly printed: string;
}

const SETTINGS = {
    minuteLimit: 100_000,
    hourlyLimit: 100_000,
    pendingEvents: false,
    destroyDurationMs: 1_000,
};
/** The official provider gives a delete up after a minute; here sooner. */
const ENV = { DIGITALOCEAN_STAND_IN_DELETE_TIMEOUT_MS: "1000" };
const EXECUTORS = ["**droplet-teardown:DropletTeardown**", "**:DropletExecutor**"];
const MAX_ATTEMPTS = 3;

/** Walks through the life of a stack on a real engine, and destroys it in the end. Null: nothing was wrong. */
export function walk(engine: Engine, steps: readonly Step[]): Promise<Violation | null> {
    const [first] = steps;
    // It is the same for all walks: it is run once, and nothing can have gone wrong for only one of them.
    const isUp = first !== undefined && "operation" in first && isPlain(first) && first.operation === "up";
    const options = { engine, program: toSource(FIRST), settings: SETTINGS, env: ENV, isUp };
    return inWorld(options, async (world) => {
        const walker = new Walker(world);
        for (const [step, its] of steps.entries()) {
            const what = isUp && step === 0 ? await walker.look() : await walker.take(its);
            if (what.length > 0) {
                return { step, what, printed: walker.printed };
            }
        }
        const what = await walker.finish();
        return what.length > 0 ? { step: steps.length, what, printed: walker.printed } : null;
    });
}

class Walker {
    printed = "";
    readonly #world: EngineWorld;
    readonly #watch: Watch;
    #program: Program = FIRST;
    #serial = 0;

    constructor(world: EngineWorld) {
        this.#world = world;
        this.#watch = new Watch(world);
    }

    /** @returns what is wrong already */
    look(): Promise<string[]> {
        this.#serial += 1;
        return this.#watch.violations();
    }

    /** @returns what is wrong after the step */
    async take(step: Step): Promise<string[]> {
        this.#serial += 1;
        if ("edit" in step) {
            this.#program = edited(this.#program, step, this.#serial);
            await this.#world.project.setProgram(toSource(this.#program));
            return [];
        }
        if ("panel" in step) {
            act(this.#world, step, this.#serial);
            return [];
        }
        return this.#run(step.operation, step);
    }

    /** Nothing goes wrong any more: the stack must go. */
    async finish(): Promise<string[]> {
        this.#world.simulator.faults.clear();
        for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
            const what = await this.#run("destroy", { mishap: "none" });
            if (what.length > 0 || (await this.#world.project.resources()).length === 0) {
                return what;
            }
            // Some refusals ask for an `up` first; the official provider fails on a Droplet that is gone.
            if (attempt < MAX_ATTEMPTS) {
                await this.#handBack();
                await this.#run("refresh", { mishap: "none" });
                await this.#run("up", { mishap: "none" });
            }
        }
        return [`the stack is not gone after ${MAX_ATTEMPTS} destroys`];
    }

    /** What the refusal says where a program went back to the official Droplet at once. */
    async #handBack(): Promise<void> {
        const droplets = this.#program.droplets.map((droplet) =>
            droplet.kind === "official" ? { ...droplet, kind: "disabled" as const } : droplet,
        );
        this.#program = { ...this.#program, droplets };
        await this.#world.project.setProgram(toSource(this.#program));
    }

    async #run(operation: Operation, mishap: Mishap): Promise<string[]> {
        const { project, simulator } = this.#world;
        // An interrupted engine leaves out what it has not begun, and may still end with 0.
        const isWhole = mishap.mishap !== "target" && mishap.mishap !== "interrupted";
        if (operation === "destroy") {
            this.#watch.beforeDestroy();
        }
        if (mishap.mishap === "fault" || mishap.mishap === "continue-on-error") {
            this.#addFaults(operation);
        }
        const result = await this.#runWith(operation, mishap);
        simulator.faults.clear();
        if (result.code === null) {
            await project.cancel();
        }
        this.printed = `${operation}: exit code ${result.code}\n${text(result)}`;
        const violations = await this.#watch.violations();
        if (operation === "destroy" && result.code === 0 && isWhole) {
            violations.push(...(await this.#watch.leftBehind()));
        }
        if (operation === "up" && result.code === 0 && mishap.mishap === "none" && violations.length === 0) {
            violations.push(...(await this.#differences()));
        }
        return violations;
    }

    async #runWith(operation: Operation, mishap: Mishap): Promise<RunResult> {
        const { project } = this.#world;
        const run = project.start(operation, optionsFor(operation, mishap));
        let requests = 0;
        this.#world.onRequest = async () => {
            requests += 1;
            this.#watch.look();
            if ("at" in mishap && requests === mishap.at) {
                await this.#strike(mishap, run.process);
            }
            return undefined;
        };
        const result = await run.result;
        this.#world.onRequest = () => Promise.resolve(undefined);
        return result;
    }

    async #strike({ mishap }: Mishap, engine: { kill(signal: NodeJS.Signals): boolean }): Promise<void> {
        if (mishap === "all killed") {
            await this.#world.project.endAll();
        } else {
            engine.kill(mishap === "killed" ? "SIGKILL" : "SIGINT");
        }
    }

    /** An `up` of the same program has nothing to do. */
    async #differences(): Promise<string[]> {
        const result = await this.#world.project.preview({ flags: ["--expect-no-changes"] });
        if (result.code === 0) {
            return [];
        }
        this.printed = text(result);
        return ["an up without a change has something to do"];
    }

    #addFaults(operation: Operation): void {
        const { simulator } = this.#world;
        const { faults } = simulator;
        if (operation === "destroy") {
            simulator.state().snapshots.forEach(({ id }) => faults.failItem(id, { times: Infinity }));
            return;
        }
        const refuse = (method: string, path: string | RegExp, status: number): void =>
            faults.add({ match: { method, path }, times: Infinity, do: { kind: "answer", status } });
        refuse("POST", "/v2/volumes", 422);
        refuse("DELETE", /^\/v2\/droplets\/\d+$/, 500);
    }
}

function isPlain({ mishap }: Mishap): boolean {
    return mishap === "none";
}

function optionsFor(operation: Operation, { mishap }: Mishap): RunOptions {
    return {
        ...(mishap === "continue-on-error" && operation !== "refresh" ? { continueOnError: true } : {}),
        ...(mishap === "target" ? { target: EXECUTORS, targetDependents: operation === "destroy" } : {}),
    };
}

/** A walk, and what was wrong with it, for people. */
export function tell(seed: number, steps: readonly Step[], violation: Violation): string {
    const lines = steps.map((step, index) => `${index === violation.step ? ">" : " "} ${describeStep(step)}`);
    return [`seed ${seed}`, ...lines, ...violation.what, violation.printed].join("\n");
}
