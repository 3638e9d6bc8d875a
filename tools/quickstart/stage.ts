import { randomBytes } from "node:crypto";
import { delimiter, dirname } from "node:path";

import {
    createSimulator,
    machineClock,
    startServer,
    type RunningServer,
    type Simulator,
} from "../../simulator/index.js";
import type { Engine } from "../engine/engine.js";
import { isolatedEnv } from "../engine/isolation.js";
import { runStreaming, type Ended } from "./command-line.js";
import { REPOSITORY } from "./repository.js";
import { isNoise, type Screen } from "./screen.js";
import { createWorkspace, type Workspace } from "./workspace.js";

const STACK = "dev";

export type Operation = "up" | "refresh" | "destroy";

/** A simulated DigitalOcean and a Pulumi stack. */
export interface Stage {
    readonly screen: Screen;
    readonly simulator: Simulator;
    /** Runs the root project; what the command line prints is passed on. */
    pulumi(operation: Operation): Promise<Ended>;
    close(): Promise<void>;
}

export interface StageOptions {
    readonly engine: Engine;
    readonly screen: Screen;
    readonly env: NodeJS.ProcessEnv;
    readonly interrupted: AbortSignal;
    /** How long one destroy takes at the simulated DigitalOcean. */
    readonly destroyMs: number;
}

export async function openStage(options: StageOptions): Promise<Stage> {
    const { engine, screen, interrupted, destroyMs } = options;
    const simulator = createSimulator({
        clock: machineClock,
        settings: { destroyDurationMs: destroyMs, volumeWrittenGigabytes: Infinity },
    });
    const server = await startServer(simulator, { port: 0 });
    const workspace = await createWorkspace(STACK);
    const env = stageEnv(options, workspace, server.url);
    interrupted.addEventListener("abort", () => hurry(simulator), { once: true });
    const close = (): Promise<void> => strike(server, workspace);
    screen.heading("a simulated DigitalOcean");
    screen.line(`${server.url}, where a destroy takes ${destroyMs / 1_000} s`);
    try {
        await makeStack(options, workspace, env);
    } catch (error) {
        await close();
        throw error;
    }
    return {
        screen,
        simulator,
        pulumi: (operation) => {
            screen.heading(`pulumi ${operation}`);
            const onLine = (line: string): void => (isNoise(line) ? undefined : screen.passOn(line));
            const args = [operation, ...flags(screen), "--config-file", workspace.config];
            return runStreaming(engine.command, args, { cwd: REPOSITORY, env, interrupted, onLine });
        },
        close,
    };
}

async function makeStack(
    { engine, interrupted }: StageOptions,
    workspace: Workspace,
    env: NodeJS.ProcessEnv,
): Promise<void> {
    const args = ["stack", "init", STACK, "--non-interactive", "--color", "never"];
    const where = { cwd: workspace.project, env, interrupted, onLine: () => undefined };
    const { code, output } = await runStreaming(engine.command, args, where);
    if (code !== 0) {
        throw new Error(`pulumi stack init failed:\n${output}`);
    }
}

function flags({ colours }: Screen): string[] {
    const color = colours ? "always" : "never";
    return ["--stack", STACK, "--non-interactive", "--skip-preview", "--suppress-progress", "--color", color];
}

function stageEnv({ env, engine }: StageOptions, { home, state }: Workspace, url: string): NodeJS.ProcessEnv {
    const own = isolatedEnv(env, { home, state });
    return {
        ...own,
        PATH: [...engine.binDirs, dirname(process.execPath), own.PATH ?? ""].join(delimiter),
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        DIGITALOCEAN_API_URL: url,
        // Shaped like a personal access token, which is all that the simulator asks for.
        DIGITALOCEAN_TOKEN: `dop_v1_${randomBytes(32).toString("hex")}`,
    };
}

/** The engine waits for a delete that is under way, so that one may now end soon. */
function hurry({ settings, faults }: Simulator): void {
    settings.destroyDurationMs = 0;
    faults.clear();
}

async function strike(server: RunningServer, workspace: Workspace): Promise<void> {
    await server.close();
    await workspace.remove();
}
