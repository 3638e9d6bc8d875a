import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What an engine has written of a stack: contents by path in the project's folder. */
export type StoredStack = ReadonlyMap<string, Buffer>;

const STATE = "state";

export async function readStored(folder: string, stack: string): Promise<StoredStack> {
    const inState = await readdir(join(folder, STATE), { recursive: true, withFileTypes: true });
    const paths = inState
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
    const files = [...paths, `Pulumi.${stack}.yaml`].map(
        async (path) => [path, await readFile(join(folder, path))] as const,
    );
    return new Map(await Promise.all(files));
}

export async function writeStored(folder: string, stored: StoredStack): Promise<void> {
    for (const [path, content] of stored) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
    }
}
