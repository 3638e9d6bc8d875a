import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { pack } from "../../tools/package/pack.js";
import { figure, quantile, type Figure } from "../figures.js";

const RUNS = 5;
const MAX_INSTALLED_KB = 1_200;
/** Slower than before by more than noise. */
const TOLERANCE = 1.1;
const REPOSITORY = join(__dirname, "..", "..");

interface Installed {
    readonly name: string;
    readonly packages: number;
    readonly kilobytes: number;
    /** Seconds of `npx` with an empty cache, in a folder without anything. */
    readonly coldS: number;
}

/**
 * What an install of the packed command takes, and its first start. With `INSTALL_BEFORE`, a commit, the package of
 * then takes turns with that of now, which must not be slower. What a package needs comes from npm's registry.
 */
export async function installing(before = process.env.INSTALL_BEFORE): Promise<Figure[]> {
    const folder = await mkdtemp(join(tmpdir(), "bench-install-"));
    try {
        const tarballs: [string, string][] = [["now", (await pack(REPOSITORY, folder)).tarball]];
        if (before !== undefined) {
            tarballs.push(["before", await packCommit(before, folder)]);
        }
        const [now, then] = await measure(tarballs, folder);
        return [
            ...(now === undefined ? [] : toFigures(now, then)),
            ...(then === undefined ? [] : toFigures(then)),
        ];
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function toFigures({ name, packages, kilobytes, coldS }: Installed, then?: Installed): Figure[] {
    const title = name === "now" ? "install" : `install ${name}`;
    const isNow = name === "now";
    return [
        figure(`${title}: packages`, packages, "", isNow ? 1 : undefined),
        figure(`${title}: in node_modules`, kilobytes, "KB", isNow ? MAX_INSTALLED_KB : undefined),
        figure(
            `${title}: npx with an empty cache, median`,
            coldS,
            "s",
            then === undefined ? undefined : TOLERANCE * then.coldS,
        ),
    ];
}

/** The tarball of another commit, made by its own tools. */
async function packCommit(commit: string, folder: string): Promise<string> {
    const sources = join(folder, "sources");
    const packed = join(folder, "before");
    await Promise.all([mkdir(sources), mkdir(packed)]);
    const tree = execFileSync("git", ["archive", commit], { cwd: REPOSITORY, maxBuffer: 256_000_000 });
    execFileSync("tar", ["-x", "-C", sources], { input: tree });
    await symlink(join(REPOSITORY, "node_modules"), join(sources, "node_modules"), "junction");
    await promisify(execFile)("npm", ["pack", "--pack-destination", packed], { cwd: sources });
    const [file = ""] = await readdir(packed);
    return resolve(packed, file);
}

/** Taking turns: what else the machine and the network do falls on all of them. */
async function measure(tarballs: readonly [string, string][], folder: string): Promise<Installed[]> {
    const seconds = tarballs.map((): number[] => []);
    for (let run = 0; run < RUNS; run += 1) {
        for (const [index, [, tarball]] of tarballs.entries()) {
            seconds[index]?.push(await coldSeconds(tarball, join(folder, `${run}-${index}`)));
        }
    }
    return Promise.all(
        tarballs.map(async ([name, tarball], index) => {
            const sorted = (seconds[index] ?? []).sort((one, other) => one - other);
            return { name, ...(await installed(tarball, join(folder, name))), coldS: quantile(sorted, 0.5) };
        }),
    );
}

async function coldSeconds(tarball: string, folder: string): Promise<number> {
    await mkdir(folder);
    const args = ["--yes", `--package=${tarball}`, "droplet-teardown", "--version"];
    const env = { ...process.env, npm_config_cache: join(folder, "cache") };
    const startedMs = performance.now();
    const { stdout } = await promisify(execFile)("npx", args, { cwd: folder, env });
    const tookS = (performance.now() - startedMs) / 1_000;
    if (!/^\d+\.\d+\.\d+/.test(stdout)) {
        throw new Error(`the command says no version: ${stdout}`);
    }
    await rm(folder, { recursive: true });
    return tookS;
}

async function installed(
    tarball: string,
    folder: string,
): Promise<Pick<Installed, "packages" | "kilobytes">> {
    await mkdir(folder, { recursive: true });
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, tarball];
    await promisify(execFile)("npm", args, { cwd: folder });
    const modules = join(folder, "node_modules");
    const paths = await readdir(modules, { recursive: true, withFileTypes: true });
    const files = paths.filter((path) => path.isFile() && path.parentPath !== modules);
    const sizes = await Promise.all(
        files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
    );
    const manifests = files.filter(({ name, parentPath }) => {
        return name === "package.json" && /node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+$/.test(parentPath);
    });
    return { packages: manifests.length, kilobytes: sizes.reduce((sum, size) => sum + size, 0) / 1_000 };
}
