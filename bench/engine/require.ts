import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { pack, unpack } from "../../tools/package/pack.js";
import { figure, quantile, type Figure } from "../figures.js";

/** Runs that are measured; the first one warms the disk and is not among them. */
const RUNS = 15;
const TARGET_MS = 30;
const MAX_UNPACKED_KB = 1_420;
const MAX_PLUGIN_KB = 775;
const PLUGIN_STARTS_MS = 250;
/** What does not depend on who else works on the machine. */
const PLUGIN_PROCESSOR_MS = 200;
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
        const started = await startPlugin(plugin);
        return [
            figure(
                "package: unpacked, with the plugin and all that it needs",
                unpackedSize / 1_000,
                "KB",
                MAX_UNPACKED_KB,
            ),
            figure("package: of that the plugin alone", size / 1_000, "KB", MAX_PLUGIN_KB),
            figure("plugin: start until it has a port, median", started.tookMs, "ms", PLUGIN_STARTS_MS),
            ...(started.processorMs === null
                ? []
                : [
                      figure(
                          "plugin: of that the processor's time, median",
                          started.processorMs,
                          "ms",
                          PLUGIN_PROCESSOR_MS,
                      ),
                  ]),
            figure("package: require of the SDK beyond Pulumi's own, median", sdkMs, "ms", TARGET_MS),
            figure("package: require of the provider, median", providerMs, "ms"),
            figure("compiled sources: require of the SDK beyond Pulumi's own, median", compiledMs, "ms"),
        ];
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

interface Started {
    readonly tookMs: number;
    /** Null elsewhere than on Linux. */
    readonly processorMs: number | null;
}

/** From the launch of the plugin, as an engine launches it, to the line with its port; medians. */
async function startPlugin(plugin: string): Promise<Started> {
    const [took, processor]: [number[], number[]] = [[], []];
    for (let run = 0; run <= RUNS; run += 1) {
        const startedMs = performance.now();
        const child = spawn(join(plugin, "pulumi-resource-droplet-teardown"), ["127.0.0.1:1"]);
        await once(child.stdout, "data");
        took.push(performance.now() - startedMs);
        processor.push((await processorMs(child.pid)) ?? Number.NaN);
        child.kill();
        await once(child, "exit");
    }
    const [tookMs, ofThat] = [took, processor].map((all) =>
        quantile(
            all.slice(1).sort((one, other) => one - other),
            0.5,
        ),
    ) as [number, number];
    return { tookMs, processorMs: Number.isNaN(ofThat) ? null : ofThat };
}

/** Of a process so far, to 10 ms. */
async function processorMs(pid = 0): Promise<number | null> {
    const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    // After the name, which is in parentheses: user and system time are the 12th and the 13th, in hundredths of a second.
    const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * 10;
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
