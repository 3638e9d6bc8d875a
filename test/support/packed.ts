import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { pack, SOURCES, type Packed } from "../../tools/package/pack.js";
import { REPOSITORY } from "./engine-project-files.js";

const CACHE = join(REPOSITORY, "node_modules", ".cache", "packed");

/** The tarball of this package, copied into a folder. It is packed once for the same sources. */
export async function packedInto(folder: string): Promise<Packed> {
    const cached = join(CACHE, await hashOfSources());
    const packed = (await readPacked(cached)) ?? (await packInto(cached));
    const tarball = join(folder, basename(packed.tarball));
    await copyFile(packed.tarball, tarball);
    return { ...packed, tarball };
}

async function readPacked(cached: string): Promise<Packed | undefined> {
    const text = await readFile(join(cached, "packed.json"), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Packed);
}

/** In the place of those of other sources. */
async function packInto(cached: string): Promise<Packed> {
    await rm(CACHE, { recursive: true, force: true });
    await mkdir(cached, { recursive: true });
    const packed = await pack(REPOSITORY, cached);
    await writeFile(join(cached, "packed.json"), JSON.stringify(packed));
    return packed;
}

async function hashOfSources(): Promise<string> {
    const hash = createHash("sha256");
    for (const source of [...SOURCES, "package-lock.json"]) {
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
