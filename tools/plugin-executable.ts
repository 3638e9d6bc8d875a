/**
 * `npm run package:executable`: the plugin as one executable for this machine's platform, in `dist/archives`, with
 * Node.js inside: for machines without it, on PATH. It has to be signed again on macOS.
 */
import { spawnSync } from "node:child_process";
import {
    chmodSync,
    copyFileSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { pluginFile } from "./plugin/files.js";

const INJECTOR = "postject@1.0.0-alpha.6";
/** Node.js looks for it in itself. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

function run(command: string, args: readonly string[], cwd: string): void {
    const shell = process.platform === "win32";
    const { status } = spawnSync(command, args, { stdio: "inherit", cwd, shell });
    if (status !== 0) {
        throw new Error(`${command} ${args.join(" ")} failed`);
    }
}

async function main(): Promise<void> {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    const folder = mkdtempSync(join(tmpdir(), "plugin-executable-"));
    try {
        const [main, blob, config] = ["main.js", "blob", "sea.json"].map((name) => join(folder, name)) as [
            string,
            string,
            string,
        ];
        writeFileSync(main, (await pluginFile(version)).program);
        writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }));
        run(process.execPath, ["--experimental-sea-config", config], folder);
        const [windows, macos] = [process.platform === "win32", process.platform === "darwin"];
        mkdirSync("dist/archives", { recursive: true });
        const name = `pulumi-resource-droplet-teardown${windows ? ".exe" : ""}`;
        const executable = resolve("dist", "archives", name);
        copyFileSync(process.execPath, executable);
        chmodSync(executable, 0o755);
        if (macos) {
            run("codesign", ["--remove-signature", executable], folder);
        }
        const segment = macos ? ["--macho-segment-name", "NODE_SEA"] : [];
        const inject = [executable, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE, ...segment];
        run("npx", ["--yes", INJECTOR, ...inject], folder);
        if (macos) {
            run("codesign", ["--sign", "-", executable], folder);
        }
        process.stdout.write(`${executable}\n`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
