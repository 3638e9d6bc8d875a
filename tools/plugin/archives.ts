import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { schemaText, writePlugin } from "./files.js";

/** Platforms by the engine's names. The same files run everywhere. */
const PLATFORMS = ["linux", "darwin", "windows"].flatMap((os) =>
    ["amd64", "arm64"].map((cpu) => `${os}-${cpu}`),
);

/**
 * Writes what a release has of the plugin into a folder: an archive for each platform, under the names that an engine
 * asks for, their checksums, and the schema. Run it in the repository.
 * @returns the paths
 */
export async function writeArchives(folder: string, version: string): Promise<string[]> {
    await mkdir(folder, { recursive: true });
    const files = await mkdtemp(join(tmpdir(), "plugin-"));
    try {
        await writePlugin(files, version);
        await cp("LICENSE", join(files, "LICENSE"));
        const archives = PLATFORMS.map((platform) =>
            join(folder, `pulumi-resource-droplet-teardown-v${version}-${platform}.tar.gz`),
        );
        for (const archive of archives) {
            await promisify(execFile)("tar", ["-czf", archive, "-C", files, "."]);
        }
        const sums = await Promise.all(
            archives.map(async (path) => `${await sha256(path)}  ${basename(path)}\n`),
        );
        const checksums = join(folder, `pulumi-resource-droplet-teardown_${version}_checksums.txt`);
        await writeFile(checksums, sums.join(""));
        const schema = join(folder, "schema.json");
        await writeFile(schema, schemaText(version));
        return [...archives, checksums, schema];
    } finally {
        await rm(files, { recursive: true, force: true });
    }
}

async function sha256(path: string): Promise<string> {
    return createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
}
