import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";

const VARIABLE = "ENGINE_TEST_RUN";

/** A variable that marks every process which is started with it, and those that they start. */
export type Marker = Readonly<Record<typeof VARIABLE, string>>;

export function marker(): Marker {
    return { [VARIABLE]: randomUUID() };
}

/** Process ids of everything with this mark. Elsewhere than on Linux nothing is found. */
export async function processesWith(mark: Marker): Promise<number[]> {
    const entry = `${VARIABLE}=${mark[VARIABLE]}`;
    const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
    const marked = await Promise.all(ids.map(async (id) => (await readEnvironment(id)).includes(entry)));
    return ids.filter((_, index) => marked[index]).map(Number);
}

/** Ends everything with this mark at once. */
export async function endProcesses(mark: Marker): Promise<void> {
    (await processesWith(mark)).forEach(end);
}

/** The host of dynamic providers, and this package's plugin. */
const PLUGINS = /^dynamic-provider$|\/dist\/plugin\/main\.js$/;

/** Process ids of those with this mark that run this package's resources. */
export async function pluginsWith(mark: Marker): Promise<number[]> {
    const found: number[] = [];
    for (const id of await processesWith(mark)) {
        const command = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
        if (command.split("\0").some((argument) => PLUGINS.test(argument))) {
            found.push(id);
        }
    }
    return found;
}

/** Ends them at once. */
export async function endPlugins(mark: Marker): Promise<void> {
    (await pluginsWith(mark)).forEach(end);
}

function end(id: number): void {
    try {
        process.kill(id, "SIGKILL");
    } catch {
        // It has ended by itself.
    }
}

async function readEnvironment(id: string): Promise<string[]> {
    const text = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
    return text.split("\0");
}
