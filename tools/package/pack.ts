import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** All that `npm pack` needs, beside `node_modules`. */
export const SOURCES = [
    ...["action", "cli", "plugin", "provider", "sdk", "schema"],
    ...["tools/package.ts", "tools/package", "tools/plugin"],
    ...["package.json", "tsconfig.json", "tsconfig.package.json"],
    ...["README.md", "LICENSE"],
];

export interface Packed {
    /** The path of the tarball. */
    readonly tarball: string;
    /** The paths in it, sorted. */
    readonly files: readonly string[];
    /** Bytes. */
    readonly unpackedSize: number;
}

interface Listed {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
    readonly unpackedSize: number;
}

/** Makes the tarball that `npm publish` would send, from a copy: the repository's `dist` stays as it is. */
export async function pack(repository: string, folder: string): Promise<Packed> {
    const copy = await mkdtemp(join(tmpdir(), "pack-"));
    try {
        await Promise.all(
            SOURCES.map((path) => cp(join(repository, path), join(copy, path), { recursive: true })),
        );
        await symlink(join(repository, "node_modules"), join(copy, "node_modules"), "junction");
        const npm = process.platform === "win32" ? "npm.cmd" : "npm";
        const args = ["pack", "--json", "--pack-destination", folder];
        const { stdout } = await promisify(execFile)(npm, args, { cwd: copy });
        const [listed] = JSON.parse(stdout) as [Listed];
        const files = listed.files.map(({ path }) => path).sort();
        return { tarball: join(folder, listed.filename), files, unpackedSize: listed.unpackedSize };
    } finally {
        await rm(copy, { recursive: true, force: true });
    }
}

/**
 * Unpacks a tarball so that what it requires is found.
 * @returns the folder of the package, inside the given one
 */
export async function unpack(tarball: string, repository: string, folder: string): Promise<string> {
    await promisify(execFile)("tar", ["-xzf", tarball, "-C", folder], { cwd: folder });
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
    return join(folder, "package");
}
