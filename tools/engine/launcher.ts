import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How the engine starts a dynamic provider: the SDK's own, as the project in the current folder resolves it. */
const PROGRAM = 'require(require.resolve("@pulumi/pulumi/cmd/dynamic-provider",{paths:[process.cwd()]}))';

/** A program given with -e has no file name among its arguments; the SDK's counts on one. */
const STAND_IN = "dynamic-provider";

/** Writes `pulumi-resource-pulumi-nodejs`, the one part of an engine that is in no Go module. */
export async function writeDynamicProviderLauncher(bin: string, platform: NodeJS.Platform): Promise<void> {
    const file = join(bin, "pulumi-resource-pulumi-nodejs");
    if (platform === "win32") {
        const script = PROGRAM.replaceAll('"', "'");
        await writeFile(`${file}.cmd`, `@echo off\r\nnode -e "${script}" -- ${STAND_IN} %*\r\n`);
        return;
    }
    await writeFile(file, `#!/bin/sh\nset -eu\nexec node -e '${PROGRAM}' -- ${STAND_IN} "$@"\n`, {
        mode: 0o755,
    });
}
