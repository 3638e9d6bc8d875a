import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import type { Engine } from "../../tools/engine/engine.js";
import { isolatedEnv } from "../../tools/engine/isolation.js";
import { AttachedStandIn } from "./attached-stand-in.js";
import type { Names } from "./component-names.js";
import { endPlugins, endProcesses, marker, pluginsWith, processesWith } from "./engine-processes.js";
import { countRun } from "./engine-runs.js";
import { pulumiYaml, REPOSITORY, usesStandIn } from "./engine-project-files.js";
import { QUICK_START } from "./quick-start.js";
import { readStored, writeStored, type StoredStack } from "./stored-stack.js";
import { SECRETS_PROVIDER, vaultVariables } from "./vault.js";

const STACK = "dev";
const PROJECT = "engine-test";
const STREAMS_CLOSE_WITHIN_MS = 2_000;
const IS_COMPILED = __filename.endsWith(".js");
const emptyStacks = new Map<string, Promise<StoredStack>>();

export interface ProjectOptions {
    readonly engine: Engine;
    /** The program's source: CommonJS, or TypeScript where `typescript` is set. */
    readonly program: string;
    /** What is made of each program's source before it is written. */
    readonly rewrite?: (program: string) => string;
    readonly simulatorUrl: string;
    readonly token: string;
    readonly typescript?: boolean;
    /** The program is in YAML, written as JSON. */
    readonly yaml?: boolean;
    /** The folder of the plugin `droplet-teardown`; the work tree's unless said; null: the engine has it installed. */
    readonly plugin?: string | null;
    /** The stand-in has a process of its own, as everywhere but in these tests. */
    readonly standInApart?: boolean;
    /** What stories call the resources of another front end than the npm package. */
    readonly names?: Names;
    /** Name of the project, "engine-test" unless said, and of the stack, "dev" unless said. */
    readonly name?: string;
    readonly stack?: string;
    /** Variables for every run. */
    readonly env?: NodeJS.ProcessEnv;
    /** Is told of the folder once it is written. */
    readonly install?: (project: EngineProject) => Promise<void>;
    /** The stack as it was read from another project of the same name. */
    readonly stored?: StoredStack;
}

export interface RunOptions {
    /** URNs or names with wildcards, for `--target`. */
    readonly target?: readonly string[];
    readonly targetDependents?: boolean;
    readonly continueOnError?: boolean;
    readonly parallel?: number;
    readonly refresh?: boolean;
    readonly runProgram?: boolean;
    /** Other flags, as on the command line. */
    readonly flags?: readonly string[];
    /** Variables for this run only. */
    readonly env?: NodeJS.ProcessEnv;
}

export interface RunResult {
    /** Exit code; null when a signal ended the engine. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly durationMs: number;
}

/** A command that may still be running. */
export interface Run {
    readonly process: ChildProcess;
    readonly result: Promise<RunResult>;
    /** What has been printed so far, both streams. */
    readonly output: () => string;
}

/** One resource as the stack's state holds it. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly parent?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly deletedWith?: string;
    readonly dependencies?: readonly string[];
    /** It was replaced, and is to be deleted. */
    readonly delete?: boolean;
}

/** A Pulumi project with one stack in a temporary folder, run by a real engine. */
export class EngineProject {
    readonly #options: ProjectOptions;
    readonly #mark = marker();
    readonly #name: string;
    #stack: string;

    private constructor(
        /** The project's folder; state and the engine's home are inside. */
        readonly folder: string,
        options: ProjectOptions,
        private readonly standIn: AttachedStandIn | undefined,
        private readonly vault: NodeJS.ProcessEnv,
    ) {
        this.#options = options;
        this.#name = options.name ?? PROJECT;
        this.#stack = options.stack ?? STACK;
    }

    static async create(options: ProjectOptions): Promise<EngineProject> {
        const folder = await realpath(await mkdtemp(join(tmpdir(), "engine-project-")));
        const attaches = options.standInApart !== true && usesStandIn(process.env);
        const standIn = attaches ? await AttachedStandIn.start() : undefined;
        const project = new EngineProject(folder, options, standIn, await vaultVariables());
        await project.#write();
        await writeStored(folder, options.stored ?? (await project.#init()));
        await options.install?.(project);
        return project;
    }

    /** Name of the stack. */
    get stack(): string {
        return this.#stack;
    }

    /** Makes another stack; commands stay with this one. */
    initStack(name: string): Promise<RunResult> {
        return this.run(["stack", "init", name, "--no-select", "--secrets-provider", SECRETS_PROVIDER])
            .result;
    }

    /** From here on, the stack has another name. */
    async renameStack(name: string): Promise<RunResult> {
        const result = await this.run(["stack", "rename", name, "--stack", this.#stack]).result;
        this.#stack = name;
        return result;
    }

    /** What the engine has stored of the stack. */
    stored(): Promise<StoredStack> {
        return readStored(this.folder, this.#stack);
    }

    up(options: RunOptions = {}): Promise<RunResult> {
        return this.start("up", options).result;
    }

    preview(options: RunOptions = {}): Promise<RunResult> {
        return this.start("preview", options).result;
    }

    refresh(options: RunOptions = {}): Promise<RunResult> {
        return this.start("refresh", options).result;
    }

    destroy(options: RunOptions = {}): Promise<RunResult> {
        return this.start("destroy", options).result;
    }

    /** Takes the lock off a stack whose engine was killed. */
    cancel(): Promise<RunResult> {
        return this.run(["cancel", "--yes"]).result;
    }

    /** Starts an operation without waiting for it, to be watched or killed on the way. */
    start(operation: "up" | "preview" | "refresh" | "destroy", options: RunOptions = {}): Run {
        const unattended = operation === "preview" ? [] : ["--skip-preview"];
        return this.run([operation, "--stack", this.#stack, ...unattended, ...toFlags(options)], options.env);
    }

    /** Any other command of the engine, such as `["config", "set", …]`. */
    run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
        const startedMs = performance.now();
        countRun(args[0]);
        const { given, told } = this.#options.names ?? { given: (same) => same, told: (same) => same };
        const environment = { ...this.standIn?.variables, ...this.environment(env) };
        const served = this.standIn?.serve(environment);
        const child = spawn(
            this.#options.engine.command,
            [...args.map(given), "--non-interactive", "--color", "never"],
            { cwd: this.folder, env: environment, stdio: ["ignore", "pipe", "pipe"] },
        );
        child.once("exit", () => served?.end());
        let [stdout, stderr] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        const result = new Promise<RunResult>((resolve, reject) => {
            const finish = (code: number | null): void =>
                resolve({
                    code,
                    stdout: told(stdout),
                    stderr: told(stderr),
                    durationMs: performance.now() - startedMs,
                });
            child.once("error", reject);
            child.once("close", finish);
            // What outlives a killed engine may hold its streams open.
            child.once("exit", (code) => setTimeout(finish, STREAMS_CLOSE_WITHIN_MS, code).unref());
        });
        return { process: child, result, output: () => told(stdout + stderr) };
    }

    /** Replaces the program's source; the next `up` runs it. */
    async setProgram(source: string): Promise<void> {
        const { typescript = false, yaml = false, rewrite = (same) => same } = this.#options;
        const program = rewrite(source);
        if (yaml) {
            await this.setYaml(JSON.parse(program) as object);
        } else {
            // Tests add to the project's file, so it is written once.
            await writeFile(join(this.folder, typescript ? "index.ts" : "index.js"), program);
        }
    }

    /** The same for a program in CommonJS, whatever the former one was in. */
    async setNode(program: string): Promise<void> {
        await writeFile(join(this.folder, "index.js"), program);
        const kind = { typescript: false, plugin: this.#options.plugin };
        await writeFile(join(this.folder, "Pulumi.yaml"), pulumiYaml(this.#name, kind, process.env));
    }

    /** The same for a program in YAML, whatever the former one was in. */
    async setYaml(program: object): Promise<void> {
        const kind = { typescript: false, plugin: this.#options.plugin, yaml: program };
        await writeFile(join(this.folder, "Pulumi.yaml"), pulumiYaml(this.#name, kind, process.env));
    }

    /** The stack's resources, read from its state; none before the first update. */
    async resources(): Promise<StateResource[]> {
        const file = join(this.folder, "state", ".pulumi", "stacks", this.#name, `${this.#stack}.json`);
        const stored = JSON.parse(await readFile(file, "utf8")) as {
            checkpoint: { latest?: { resources?: StateResource[] } };
        };
        const all = stored.checkpoint.latest?.resources ?? [];
        return this.#options.names?.inState(all) ?? all;
    }

    /** Process ids of what earlier runs have left behind (Linux only). */
    leftovers(): Promise<number[]> {
        return processesWith(this.#mark);
    }

    /** Process ids of those that run this package's resources (Linux only). */
    ownPlugins(): Promise<number[]> {
        return pluginsWith(this.#mark);
    }

    /** Ends the engine and all its plugins at once (Linux only). */
    endAll(): Promise<void> {
        return endProcesses(this.#mark);
    }

    /** Ends the processes that run this package's resources, and not the engine (Linux only). */
    endPlugins(): Promise<void> {
        return endPlugins(this.#mark);
    }

    /** Ends what is still running and removes the folder. */
    async cleanup(): Promise<void> {
        await this.endAll();
        this.standIn?.close();
        await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }

    /** An empty stack. The engine makes the first one of a name, which is stored for the others. */
    #init(): Promise<StoredStack> {
        const key = [this.#options.engine.command, this.#name, this.#stack].join("\0");
        const known = emptyStacks.get(key) ?? this.#initByEngine();
        emptyStacks.set(key, known);
        return known;
    }

    async #initByEngine(): Promise<StoredStack> {
        const made = await this.initStack(this.#stack);
        if (made.code !== 0) {
            throw new Error(`stack init failed:\n${made.stdout}${made.stderr}`);
        }
        return this.stored();
    }

    async #write(): Promise<void> {
        const modules = join(this.folder, "node_modules");
        await mkdir(modules);
        await mkdir(join(this.folder, "state"));
        await symlink(REPOSITORY, join(modules, "pulumi-droplet-teardown"));
        for (const name of ["@pulumi", "@types", "typescript"]) {
            await symlink(join(REPOSITORY, "node_modules", name), join(modules, name));
        }
        await writeFile(join(this.folder, "package.json"), JSON.stringify({ name: PROJECT, private: true }));
        const { typescript = false, yaml = false, plugin, program } = this.#options;
        if (!yaml) {
            const kind = { typescript, plugin };
            await writeFile(join(this.folder, "Pulumi.yaml"), pulumiYaml(this.#name, kind, process.env));
        }
        await this.setProgram(program);
    }

    /** What every run has in its environment; others may work on the same project with it. */
    environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
        const { engine, simulatorUrl, token } = this.#options;
        const folders = { home: join(this.folder, "home"), state: join(this.folder, "state") };
        const own = isolatedEnv(process.env, folders);
        return {
            ...own,
            PATH: [...engine.binDirs, dirname(process.execPath), own.PATH ?? ""].join(delimiter),
            PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
            PULUMI_STACK: this.#stack,
            DIGITALOCEAN_TOKEN: token,
            DIGITALOCEAN_API_URL: simulatorUrl,
            ...this.vault,
            // Compiled tests run beside a plugin that was compiled with them.
            DIGITALOCEAN_STAND_IN_COMPILED: IS_COMPILED ? "1" : "",
            ...(IS_COMPILED ? { NODE_OPTIONS: QUICK_START } : {}),
            ...this.#mark,
            ...this.#options.env,
            ...env,
        };
    }
}

function toFlags(options: RunOptions): string[] {
    return [
        ...(options.target ?? []).flatMap((target) => ["--target", target]),
        ...(options.targetDependents === true ? ["--target-dependents"] : []),
        ...(options.continueOnError === true ? ["--continue-on-error"] : []),
        ...(options.parallel === undefined ? [] : ["--parallel", String(options.parallel)]),
        ...(options.refresh === true ? ["--refresh"] : []),
        ...(options.runProgram === true ? ["--run-program"] : []),
        ...(options.flags ?? []),
    ];
}
