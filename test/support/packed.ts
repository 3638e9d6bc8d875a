import { copyFile, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { pack, SOURCES, type Packed } from "../../tools/package/pack.js";
import { cachedFolder } from "./cached-folder.js";
import { REPOSITORY } from "./engine-project-files.js";

/** The tarball of this package, copied into a folder. It is packed once for the same sources. */
export async function packedInto(folder: string): Promise<Packed> {
    const cached = await cachedFolder("packed", [...SOURCES, "package-lock.json"], async (to) => {
        await writeFile(join(to, "packed.json"), JSON.stringify(await pack(REPOSITORY, to)));
    });
    const packed = JSON.parse(await readFile(join(cached, "packed.json"), "utf8")) as Packed;
    const name = basename(packed.tarball);
    const tarball = join(folder, name);
    await copyFile(join(cached, name), tarball);
    return { ...packed, tarball };
}
