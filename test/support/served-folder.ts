import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { machineClock, startServer, type Settings, type Simulator } from "../../simulator/index.js";
import { createTestSimulator } from "./simulated.js";

/** A simulator that listens, and a folder, while a suite runs. */
export interface ServedFolder {
    readonly simulator: Simulator;
    readonly url: () => string;
    readonly folder: () => string;
}

/** The same for one story. */
export interface OpenFolder {
    readonly simulator: Simulator;
    readonly url: string;
    readonly folder: string;
    close(): Promise<void>;
}

const SETTINGS = { destroyDurationMs: 300 };

/** To be called in a `describe`. */
export function servedFolder(settings: Partial<Settings> = SETTINGS): ServedFolder {
    const simulator = createTestSimulator({ clock: machineClock, settings });
    let open: OpenFolder;
    before(async () => {
        open = await serve(simulator);
    });
    after(() => open.close());
    return { simulator, url: () => open.url, folder: () => open.folder };
}

/** Opens a simulator and a folder, tells a story and closes them. */
export async function inServedFolder(story: (open: OpenFolder) => Promise<void>): Promise<void> {
    const open = await serve(createTestSimulator({ clock: machineClock, settings: SETTINGS }));
    try {
        await story(open);
    } finally {
        await open.close();
    }
}

async function serve(simulator: Simulator): Promise<OpenFolder> {
    const server = await startServer(simulator, { port: 0 });
    const folder = await mkdtemp(join(tmpdir(), "served-"));
    const close = async (): Promise<void> => {
        await server.close();
        await rm(folder, { recursive: true });
    };
    return { simulator, url: server.url, folder, close };
}
