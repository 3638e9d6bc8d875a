import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { createSimulator, machineClock, startServer } from "../../simulator/index.js";
import type { Engine } from "../engine/engine.js";
import { isolatedEnv } from "../engine/isolation.js";
import type { Cell } from "./cell.js";
import { run } from "./run.js";

/** `pulumi up` and `pulumi destroy` of a program against the simulator. @throws what went wrong */
export async function upAndDestroy(cell: Cell, folder: string, node: string, engine: Engine): Promise<void> {
    const simulator = createSimulator({
        clock: machineClock,
        settings: { bootMs: 100, destroyDurationMs: 300 },
    });
    const server = await startServer(simulator, { port: 0 });
    const folders = { home: join(folder, ".home"), state: join(folder, ".state") };
    await Promise.all(Object.values(folders).map((path) => mkdir(path)));
    const own = isolatedEnv(process.env, folders);
    const env = {
        ...own,
        PATH: [node, ...engine.binDirs, own.PATH ?? ""].join(delimiter),
        DIGITALOCEAN_TOKEN: `dop_v1_${"0".repeat(64)}`,
        DIGITALOCEAN_API_URL: server.url,
        DIGITALOCEAN_STAND_IN_COMPILED: "1",
    };
    const pulumi = (...args: string[]): Promise<string> => {
        const whole = [...args, "--non-interactive", "--color", "never"];
        return cell.manager === "Yarn PnP"
            ? run(
                  "npx",
                  ["--yes", "--package=@yarnpkg/cli-dist@4", "yarn", "exec", engine.command, ...whole],
                  folder,
                  env,
              )
            : run(engine.command, whole, folder, env);
    };
    const alive = (): number => simulator.state().droplets.length;
    try {
        await pulumi("stack", "init", "dev");
        await pulumi("up", "--skip-preview");
        expectDroplets(alive(), 1, "up");
        await pulumi("destroy", "--skip-preview");
        expectDroplets(alive(), 0, "destroy");
    } finally {
        await server.close();
    }
}

function expectDroplets(alive: number, expected: number, command: string): void {
    if (alive !== expected) {
        throw new Error(`after ${command} there are ${alive} droplets, not ${expected}`);
    }
}
