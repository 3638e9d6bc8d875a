import { createSimulator, machineClock, startServer, type Simulator } from "../../simulator/index.js";
import { EngineProject, type RunOptions, type RunResult } from "../../test/support/engine.js";
import type { Engine } from "../../tools/engine/engine.js";

/** What one `pulumi destroy` of a program came to. */
export interface Destroyed {
    readonly seconds: number;
    /** Requests during the destroy, and how many of them were refused with 429. */
    readonly requests: number;
    readonly refused: number;
}

/** Brings a program up against a simulator of its own and measures its destroy. */
export async function measureDestroy(
    engine: Engine,
    program: string,
    destroySeconds: number,
    options: RunOptions = {},
): Promise<Destroyed> {
    // A plain delete is given the same time as a destroy with everything associated.
    const durationMs = destroySeconds * 1_000;
    const settings = { destroyDurationMs: durationMs, deleteDelayMs: durationMs };
    const simulator = createSimulator({ clock: machineClock, settings });
    const server = await startServer(simulator, { port: 0 });
    const token = `dop_v1_${"0".repeat(64)}`;
    const project = await EngineProject.create({ engine, program, simulatorUrl: server.url, token });
    try {
        succeeded(await project.up());
        simulator.clearRequests();
        const { durationMs: tookMs } = succeeded(await project.destroy(options));
        return { seconds: tookMs / 1_000, ...counted(simulator) };
    } finally {
        await project.cleanup();
        await server.close();
    }
}

function counted(simulator: Simulator): { requests: number; refused: number } {
    const requests = simulator.requests();
    return { requests: requests.length, refused: requests.filter(({ status }) => status === 429).length };
}

function succeeded(result: RunResult): RunResult {
    if (result.code !== 0) {
        throw new Error(result.stdout + result.stderr);
    }
    return result;
}
