import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
    createSimulator,
    machineClock,
    startServer,
    type RunningServer,
    type Simulator,
} from "../../simulator/index.js";

/** A simulator that listens, and a folder, while a suite runs. */
export interface ServedFolder {
    readonly simulator: Simulator;
    readonly url: () => string;
    readonly folder: () => string;
}

/** To be called in a `describe`. */
export function servedFolder(): ServedFolder {
    const simulator = createSimulator({ clock: machineClock, settings: { destroyDurationMs: 300 } });
    let server: RunningServer;
    let folder: string;
    before(async () => {
        server = await startServer(simulator, { port: 0 });
        folder = await mkdtemp(join(tmpdir(), "served-"));
    });
    after(async () => {
        await server.close();
        await rm(folder, { recursive: true });
    });
    return { simulator, url: () => server.url, folder: () => folder };
}
