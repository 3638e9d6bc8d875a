import { Session } from "node:inspector/promises";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { CliWorld } from "../../test/support/cli-world.js";
import { ProgramWorld } from "../../test/support/program-world.js";
import { TeardownWorld } from "../../test/support/teardown-world.js";

const REPOSITORY = join(__dirname, "..", "..");

/** What some work went through. */
export interface Entered {
    /** Files of which a function was called, by their paths in the repository. */
    readonly files: readonly string[];
    /** Named functions that were called. */
    readonly functions: number;
}

/** What work enters of folders, by the engine's own coverage; what was called before does not count. */
async function entered(folders: readonly string[], work: () => Promise<unknown>): Promise<Entered> {
    const session = new Session();
    session.connect();
    try {
        await session.post("Profiler.enable");
        await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
        await session.post("Profiler.takePreciseCoverage");
        await work();
        const { result } = await session.post("Profiler.takePreciseCoverage");
        const called = result
            .filter(({ url }) => url.startsWith("file://"))
            .map(({ url, functions }) => ({
                path: posix.join(...relative(REPOSITORY, fileURLToPath(url)).split(sep)),
                // The compiled module itself is a function without a name.
                names: functions.filter(
                    ({ functionName, ranges }) => functionName !== "" && (ranges[0]?.count ?? 0) > 0,
                ),
            }))
            .filter(
                ({ path, names }) =>
                    names.length > 0 && folders.some((folder) => path.startsWith(`${folder}/`)),
            );
        return {
            files: called.map(({ path }) => path).sort(),
            functions: called.reduce((sum, { names }) => sum + names.length, 0),
        };
    } finally {
        session.disconnect();
    }
}

/** What typical work goes through, by its name. */
export async function typicalWork(): Promise<Readonly<Record<string, Entered>>> {
    return {
        "a delete by id": await deleteById(),
        "a delete of a pair": await deleteOfPair(),
        "a delete that fails": await failingDelete(),
        "a command": await command(),
    };
}

async function deleteById(): Promise<Entered> {
    const world = new TeardownWorld();
    const { id } = world.dropletWithEverything();
    const stored = await world.create({ dropletId: id, policy: "destroy" });
    return entered(["provider"], () => world.delete(stored));
}

async function deleteOfPair(): Promise<Entered> {
    const world = new ProgramWorld();
    const program = await world.up();
    return entered(["provider"], () => world.destroy(program));
}

async function failingDelete(): Promise<Entered> {
    const world = new TeardownWorld();
    const { id, snapshot } = world.dropletWithEverything();
    const stored = await world.create({ dropletId: id, policy: "destroy", retries: 0 });
    world.simulator.faults.failItem(snapshot);
    return entered(["provider"], () => world.failedDelete(stored));
}

async function command(): Promise<Entered> {
    const world = new CliWorld();
    const { id } = world.droplet("web-1");
    return entered(["provider", "cli"], () => world.run(`destroy ${id} --yes --policy destroy`));
}
