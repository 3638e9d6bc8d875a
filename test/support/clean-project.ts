import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { REPOSITORY } from "./engine-project-files.js";
import { packedInto } from "./packed.js";

const run = promisify(execFile);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

interface LockedPackage {
    readonly version: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, LockedPackage>>;

const PEERS = ["@pulumi/pulumi", "@pulumi/digitalocean"] as const;

/**
 * Makes a folder an ordinary project that has installed this package from its packed tarball, and its peers
 * (or others in their place).
 * The lock file is cut out of the repository's own, so that npm finds all of it in its cache.
 * @returns the files of the package that npm put into the tarball
 */
export async function installPacked(
    folder: string,
    peers: readonly string[] = PEERS,
): Promise<readonly string[]> {
    const { tarball, files } = await packedInto(folder);
    const packages = await lockedPackages();
    const versions = peers.map((name) => [name, packages[`node_modules/${name}`]?.version]);
    const dependencies = {
        "pulumi-droplet-teardown": `file:${tarball}`,
        ...(Object.fromEntries(versions) as Record<string, string>),
    };
    const root = { name: "clean", private: true, dependencies };
    const lock = { name: "clean", lockfileVersion: 3, packages: { "": root, ...needed(packages, peers) } };
    await rm(join(folder, "node_modules"), { recursive: true, force: true });
    await writeFile(join(folder, "package.json"), JSON.stringify(root));
    await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
    const quietly = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run(npm, ["install", ...quietly], { cwd: folder });
    return files;
}

async function lockedPackages(): Promise<Packages> {
    const text = await readFile(join(REPOSITORY, "package-lock.json"), "utf8");
    return (JSON.parse(text) as { packages: Packages }).packages;
}

/** The locked packages that peers and this package's own dependencies need, at any depth. */
function needed(packages: Packages, peers: readonly string[]): Record<string, object> {
    const found: Record<string, object> = {};
    const visit = (path: string): void => {
        const locked = packages[path];
        if (locked === undefined || path in found) {
            return;
        }
        found[path] = { ...locked, dev: undefined, devOptional: undefined, peer: undefined };
        const { dependencies, optionalDependencies, peerDependencies } = locked;
        for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
            visit(resolveFrom(path, name, packages));
        }
    };
    [...peers, ...Object.keys(packages[""]?.dependencies ?? {})].forEach((name) =>
        visit(`node_modules/${name}`),
    );
    return found;
}

/** As Node resolves: the nearest `node_modules` from the package outwards. */
function resolveFrom(path: string, name: string, packages: Packages): string {
    const candidate = `${path}/node_modules/${name}`;
    if (path === "" || candidate in packages) {
        return path === "" ? `node_modules/${name}` : candidate;
    }
    return resolveFrom(path.slice(0, Math.max(path.lastIndexOf("/node_modules/"), 0)), name, packages);
}
