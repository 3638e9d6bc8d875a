import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { pack, unpack } from "../../tools/package/pack.js";
import { figure, quantile, type Figure } from "../figures.js";

/** Runs that are measured; the first one warms the disk and is not among them. */
const RUNS = 15;
const TARGET_MS = 30;
const MAX_UNPACKED_KB = 1_420;
const MAX_PLUGIN_KB = 770;
const PLUGIN_STARTS_MS = 250;
const REPOSITORY = join(__dirname, "..", "..");

/** Loads what the package needs of Pulumi, then measures the package's own part; prints milliseconds. */
const SDK = `
    require("@pulumi/pulumi");
    require("@pulumi/digitalocean").Droplet;
    const startedMs = performance.now();
    const { Droplet, DropletTeardown } = require(process.argv[1]);
    const tookMs = performance.now() - startedMs;
    process.stdout.write(JSON.stringify([tookMs, typeof Droplet, typeof DropletTeardown]));
`;
const PROVIDER = `
    const startedMs = performance.now();
    const { teardown } = require(process.argv[1]);
    const tookMs = performance.now() - startedMs;
    process.stdout.write(JSON.stringify([tookMs, typeof teardown.check]));
`;

/** The size of the package, and how long a program and the plugin process load it. */
export async function loading(): Promise<Figure[]> {
    const folder = await mkdtemp(join(tmpdir(), "bench-require-"));
    try {
        const { tarball, unpackedSize } = await pack(REPOSITORY, folder);
        const unpacked = await unpack(tarball, REPOSITORY, folder);
        const compiledMs = await medianMs(SDK, join(REPOSITORY, "dist", "sdk", "index.js"));
        const sdkMs = await medianMs(SDK, join(unpacked, "dist", "sdk", "index.js"));
        const providerMs = await medianMs(PROVIDER, join(unpacked, "dist", "provider", "index.js"));
        const plugin = join(unpacked, "dist", "plugin");
        const { size } = await stat(join(plugin, "main.js"));
        return [
            figure(
                "package: unpacked, with the plugin and all that it needs",
                unpackedSize / 1_000,
                "KB",
                MAX_UNPACKED_KB,
            ),
            figure("package: of that the plugin alone", size / 1_000, "KB", MAX_PLUGIN_KB),
            figure(
                "plugin: start until it has a port, median",
                await startMs(plugin),
                "ms",
                PLUGIN_STARTS_MS,
            ),
            figure("package: require of the SDK beyond Pulumi's own, median", sdkMs, "ms", TARGET_MS),
            figure("package: require of the provider, median", providerMs, "ms"),
            figure("compiled sources: require of the SDK beyond Pulumi's own, median", compiledMs, "ms"),
        ];
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** From the launch of the plugin, as an engine launches it, to the line with its port. */
async function startMs(plugin: string): Promise<number> {
    const measured: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
        const startedMs = performance.now();
        const child = spawn(join(plugin, "pulumi-resource-droplet-teardown"), ["127.0.0.1:1"]);
        await once(child.stdout, "data");
        measured.push(performance.now() - startedMs);
        child.kill();
        await once(child, "exit");
    }
    return quantile(measured.slice(1), 0.5);
}

async function medianMs(program: string, path: string): Promise<number> {
    const measured: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
        const options = { cwd: REPOSITORY };
        const { stdout } = await promisify(execFile)(process.execPath, ["-e", program, path], options);
        const [tookMs, ...kinds] = JSON.parse(stdout) as [number, ...string[]];
        if (kinds.some((kind) => kind !== "function")) {
            throw new Error(`${path} does not export what it should: ${kinds.join(", ")}`);
        }
        measured.push(tookMs);
    }
    const sorted = measured.slice(1).sort((one, other) => one - other);
    return quantile(sorted, 0.5);
}
