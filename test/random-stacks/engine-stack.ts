import { join } from "node:path";

import type { Simulator } from "../../simulator/index.js";
import { type EngineWorld, personalToken, text, TOKEN } from "../support/engine-world.js";
import { QUICK_START } from "../support/quick-start.js";
import { callsIn, clearTrace, TRACE } from "./trace.js";
import type { Run as Running, RunOptions } from "../support/engine.js";
import type { Mishap } from "./life.js";
import { Moments } from "./line.js";
import { toSource } from "./source.js";
import { addTroubles, type InState, type Ran, type Stack, type Start, type StateCommand } from "./stack.js";

const OTHER_STACK = "other";
const OTHER_TOKEN = personalToken("9");
/** What a world of such a stack has for tokens. */
export const GRANTS = { [TOKEN]: {}, [OTHER_TOKEN]: { team: "other" } };

/** A stack on a real engine. */
export class EngineStack implements Stack {
    readonly simulator: Simulator;
    readonly #world: EngineWorld;
    readonly #trace: string;
    #hasOther = false;

    constructor(world: EngineWorld) {
        this.#world = world;
        this.simulator = world.simulator;
        this.#trace = join(world.project.folder, "trace.ndjson");
    }

    async resources(): Promise<readonly InState[]> {
        const all = await this.#world.project.resources();
        return all.map(({ id = "", inputs = {}, outputs = {}, dependencies = [], ...resource }) => ({
            ...{ ...resource, id, inputs, outputs, dependencies },
            delete: resource.delete === true,
        }));
    }

    async command(command: StateCommand): Promise<boolean> {
        const { project } = this.#world;
        if (command.command === "rename") {
            return (await project.renameStack(command.to)).code === 0;
        }
        const { code } =
            command.command === "rename resources"
                ? await this.#renameEach(command.urns, command.to)
                : await project.run(["state", ...(await this.#toArgs(command)), "--yes"]).result;
        return code === 0;
    }

    async #renameEach(urns: readonly string[], to: string): Promise<{ readonly code: number | null }> {
        for (const urn of urns) {
            const done = await this.#world.project.run(["state", "rename", urn, to, "--yes"]).result;
            if (done.code !== 0) {
                return done;
            }
        }
        return { code: 0 };
    }

    async #toArgs(
        command: Exclude<StateCommand, { command: "rename" | "rename resources" }>,
    ): Promise<string[]> {
        switch (command.command) {
            case "taint":
            case "unprotect":
                return [command.command, command.urn];
            case "delete":
                return ["delete", command.urn, ...(command.dependents ? ["--target-dependents"] : [])];
            case "move": {
                const { project } = this.#world;
                if (!this.#hasOther) {
                    await project.initStack(OTHER_STACK);
                    this.#hasOther = true;
                }
                return ["move", "--source", project.stack, "--dest", OTHER_STACK, ...command.urns];
            }
        }
    }

    async run({ program, options, mishaps, troubles, team, onPanel }: Start): Promise<Ran> {
        const { project } = this.#world;
        await project.setProgram(toSource(program));
        await clearTrace(this.#trace);
        addTroubles(troubles, this.simulator);
        const ends: Ran["ended"][] = [];
        const running = project.start(options.operation, {
            ...toRunOptions(options),
            env: {
                ENGINE_TRACE: this.#trace,
                NODE_OPTIONS: `${QUICK_START} ${TRACE}`,
                ...(team === "other" ? { DIGITALOCEAN_TOKEN: OTHER_TOKEN } : {}),
            },
        });
        const strikes: Promise<void>[] = [];
        const moments = new Moments(mishaps, (mishap) => {
            if (mishap.mishap === "panel") {
                onPanel(mishap);
                return;
            }
            if (mishap.mishap !== "plugins killed") {
                ends.push(mishap.mishap === "interrupted" ? "interrupted" : "killed");
            }
            strikes.push(this.#strike(mishap, running));
        });
        this.#world.onRequest = async ({ method, url }) => {
            moments.passed(method, url.pathname);
            await Promise.all(strikes);
            return undefined;
        };
        const result = await running.result;
        this.#world.onRequest = () => Promise.resolve(undefined);
        this.simulator.faults.clear();
        if (result.code === null) {
            await project.cancel();
        }
        const ended = ends[0] ?? (result.code === 0 ? "well" : "badly");
        return { ended, text: text(result), calls: await callsIn(this.#trace) };
    }

    async #strike({ mishap }: Mishap, { process }: Running): Promise<void> {
        const { project } = this.#world;
        switch (mishap) {
            case "interrupted":
                process.kill("SIGINT");
                return;
            case "killed":
                process.kill("SIGKILL");
                return;
            case "all killed":
                return project.endAll();
            case "plugins killed":
                return project.endPlugins();
            case "panel":
                return;
        }
    }
}

function toRunOptions({ targets, excludes = [], replace = [], ...options }: Start["options"]): RunOptions {
    const { targetDependents, continueOnError, refresh, runProgram } = options;
    return {
        ...(targets === undefined ? {} : { target: targets }),
        ...(targetDependents === undefined ? {} : { targetDependents }),
        ...(continueOnError === undefined ? {} : { continueOnError }),
        ...(refresh === undefined ? {} : { refresh }),
        ...(runProgram === undefined ? {} : { runProgram }),
        flags: [
            ...replace.flatMap((urn) => ["--replace", urn]),
            ...excludes.flatMap((urn) => ["--exclude", urn]),
        ],
        parallel: 1,
    };
}
