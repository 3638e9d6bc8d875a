import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { REPOSITORY } from "./engine-project-files.js";

const CACHE = join(REPOSITORY, "node_modules", ".cache");
const UNFINISHED = "unfinished-";

/**
 * A folder that takes long to fill, which is done once for the same sources; one that was filled of others goes.
 * @param sources paths in the repository, of files and folders
 * @param also text on which the content depends beside the sources
 */
export async function cachedFolder(
    name: string,
    sources: readonly string[],
    fill: (folder: string) => Promise<void>,
    also = "",
): Promise<string> {
    const all = join(CACHE, name);
    const folder = join(all, await hashSources(sources, also));
    if (await exists(folder)) {
        return folder;
    }
    await mkdir(all, { recursive: true });
    const others = (await readdir(all)).filter((one) => !one.startsWith(UNFINISHED));
    await Promise.all(others.map((one) => rm(join(all, one), { recursive: true, force: true })));
    const unfinished = await mkdtemp(join(all, UNFINISHED));
    try {
        await fill(unfinished);
        await rename(unfinished, folder);
    } catch (error) {
        await rm(unfinished, { recursive: true, force: true });
        // Another process may have filled it meanwhile.
        if (!(await exists(folder))) {
            throw error;
        }
    }
    return folder;
}

function exists(path: string): Promise<boolean> {
    return stat(path).then(
        () => true,
        () => false,
    );
}

async function hashSources(sources: readonly string[], also: string): Promise<string> {
    const hash = createHash("sha256").update(also);
    for (const source of sources) {
        for (const path of await listFiles(join(REPOSITORY, source))) {
            hash.update(`${path}\0`).update(await readFile(path));
        }
    }
    return hash.digest("hex").slice(0, 16);
}

async function listFiles(path: string): Promise<string[]> {
    if ((await stat(path)).isFile()) {
        return [path];
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
}
