import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runCommand } from "./command.js";
import { cachedVersion, type EngineContext } from "./engine.js";
import { findExecutable, pathFolders } from "./executable.js";
import { writeDynamicProviderLauncher } from "./launcher.js";
import { buildProgress } from "./progress.js";

/** The language host for YAML: the newest that the module proxy has. It pins the engine's modules by itself. */
export const YAML_VERSION = "1.25.0";

const BUILD_TIMEOUT_MS = 30 * 60_000;

interface GoProgram {
    /** The executable's name. */
    readonly name: string;
    /** Folder with the go.mod and go.sum that pin it. */
    readonly module: string;
    readonly package: string;
    /** Linker settings. */
    readonly ldflags: string;
}

/** The command line, whose version is its module's name here, and the language host for Node.js. */
function programs(version: string): readonly GoProgram[] {
    return [
        {
            name: "pulumi",
            module: version,
            package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
        },
        {
            // The last version that is inside the sdk module. It works with today's SDK and engine.
            name: "pulumi-language-nodejs",
            module: "language-nodejs",
            package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
            ldflags: "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.68.0",
        },
    ];
}

/**
 * Builds the engine from its published Go modules into `folder`. False where there is no Go, and for a version
 * whose modules are not pinned.
 */
export async function buildEngine(folder: string, context: EngineContext): Promise<boolean> {
    const go = findExecutable("go", pathFolders(context.env), context.platform);
    const version = cachedVersion(context.env);
    if (go === undefined || !existsSync(moduleFolder(version))) {
        return false;
    }
    context.log(
        `building Pulumi ${version} from its published Go modules with ${go}: once, about 4 to 10 minutes`,
    );
    const bin = join(folder, "bin");
    await mkdir(bin, { recursive: true });
    const all = programs(version);
    for (const [index, program] of all.entries()) {
        context.log(`  ${index + 1} of ${all.length}: ${program.name}`);
        await buildProgram(go, program, bin, context);
    }
    await writeDynamicProviderLauncher(bin, context.platform);
    return true;
}

/** Builds the language host for YAML into `folder`. False where there is no Go. */
export async function buildYamlHost(folder: string, context: EngineContext): Promise<boolean> {
    const go = findExecutable("go", pathFolders(context.env), context.platform);
    if (go === undefined) {
        return false;
    }
    context.log(`building Pulumi's language host for YAML ${YAML_VERSION}: once, about 1 to 4 minutes`);
    const program = {
        name: "pulumi-language-yaml",
        module: "language-yaml",
        package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
        ldflags: `-s -w -X github.com/pulumi/pulumi-yaml/pkg/version.Version=v${YAML_VERSION}`,
    };
    await mkdir(join(folder, "bin"), { recursive: true });
    await buildProgram(go, program, join(folder, "bin"), context);
    return true;
}

async function buildProgram(
    go: string,
    program: GoProgram,
    bin: string,
    context: EngineContext,
): Promise<void> {
    const file = join(bin, context.platform === "win32" ? `${program.name}.exe` : program.name);
    const module = await moduleCopy(program.module);
    const env = { ...context.env, GOWORK: "off" };
    const run = async (args: readonly string[], onStderr?: (text: string) => void): Promise<string> => {
        const options = { cwd: module, env, timeoutMs: BUILD_TIMEOUT_MS };
        const { code, stdout, stderr } = await runCommand(go, args, {
            ...options,
            ...(onStderr === undefined ? {} : { onStderr }),
        });
        if (code !== 0) {
            throw new Error(`go could not build ${program.name}:\n${lastLines(stderr, 20)}`);
        }
        return stdout;
    };
    try {
        context.log("    downloading modules");
        const packages = await run(["list", "-mod=readonly", "-deps", program.package]);
        const progress = buildProgress(packages.trim().split("\n").length, context.log, () =>
            performance.now(),
        );
        const target = [`-ldflags=${program.ldflags}`, "-o", file, program.package];
        await run(["build", "-v", "-mod=readonly", "-buildvcs=false", ...target], progress);
    } finally {
        await rm(module, { recursive: true, force: true });
    }
}

/** Go wants a module that is not below node_modules or read-only, and must not touch the pinned files. */
async function moduleCopy(name: string): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), "engine-module-"));
    await cp(moduleFolder(name), copy, { recursive: true });
    return copy;
}

function moduleFolder(name: string): string {
    return join(sourceRoot(), "tools", "engine", "go", name);
}

/** The work tree, from here or from the compiled output in dist/tools/engine. */
function sourceRoot(): string {
    const up = __filename.endsWith(".ts") ? ["..", ".."] : ["..", "..", ".."];
    return join(__dirname, ...up);
}

function lastLines(text: string, count: number): string {
    return text.trimEnd().split("\n").slice(-count).join("\n");
}
