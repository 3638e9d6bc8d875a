import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { REPOSITORY } from "./engine-project-files.js";

const FOLDER = join(REPOSITORY, "examples", "ci");

export const GITHUB_FILES = ["github/preview.yml", "github/nightly-sweep.yml"] as const;
export const GITLAB_FILE = "gitlab/.gitlab-ci.yml";

type Variables = Readonly<Record<string, string>>;

export interface GithubStep {
    readonly name?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Variables;
    readonly with?: Readonly<Record<string, unknown>>;
}

export interface GithubJob {
    readonly if: string;
    readonly env?: Variables;
    readonly steps: readonly GithubStep[];
}

export interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: Variables;
    readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly env: Variables;
    readonly jobs: Readonly<Record<string, GithubJob>>;
}

export interface GitlabJob {
    readonly extends?: string;
    readonly variables?: Variables;
    readonly timeout?: string;
    readonly before_script?: readonly string[];
    readonly script?: readonly string[];
}

/** One shell step, as a runner starts it. */
export interface ShellStep {
    readonly name: string;
    readonly script: string;
    readonly env: Variables;
    /** Runs also where one before it has failed. */
    readonly always: boolean;
}

export interface Ran {
    readonly name: string;
    readonly code: number | null;
    readonly output: string;
}

export function pipelineText(file: string): string {
    return readFileSync(join(FOLDER, file), "utf8");
}

export function workflow(file: string): Workflow {
    return parse(pipelineText(file)) as Workflow;
}

export function gitlab(): Readonly<Record<string, GitlabJob>> {
    return parse(pipelineText(GITLAB_FILE)) as Record<string, GitlabJob>;
}

/** The shell steps of a job on GitHub. `values` has what stands between `${{` and `}}`. */
export function githubSteps(file: string, job: string, values: Variables): ShellStep[] {
    const { env, jobs } = workflow(file);
    const steps = jobs[job]?.steps ?? [];
    return steps.flatMap((step) =>
        step.run === undefined
            ? []
            : [
                  {
                      name: step.name ?? step.run,
                      script: step.run,
                      env: filled({ ...env, ...jobs[job]?.env, ...step.env }, values),
                      always: step.if === "${{ !cancelled() }}",
                  },
              ],
    );
}

/** The script of a job on GitLab, one step: its lines share a shell. */
export function gitlabSteps(job: string): ShellStep[] {
    const jobs = gitlab();
    const chain: GitlabJob[] = [];
    for (let next: string | undefined = job; next !== undefined; next = chain[0]?.extends) {
        chain.unshift(jobs[next] ?? {});
    }
    const merged: GitlabJob = Object.assign({}, ...chain) as GitlabJob;
    const variables = [jobs.variables as Variables, ...chain.map((each) => each.variables ?? {})];
    const script = [...(merged.before_script ?? []), ...(merged.script ?? [])].join("\n");
    return [{ name: job, script, env: Object.assign({}, ...variables) as Variables, always: false }];
}

function filled(env: Variables, values: Variables): Variables {
    const value = (_: string, name: string): string => {
        const known = values[name];
        if (known === undefined) {
            throw new Error(`the test has no value for \${{ ${name} }}`);
        }
        return known;
    };
    return Object.fromEntries(
        Object.entries(env).map(([name, text]) => [name, text.replace(/\$\{\{ (\S+) \}\}/g, value)]),
    );
}

/** Runs the steps in order; after one that fails, only those that run all the same. */
export async function runSteps(
    steps: readonly ShellStep[],
    cwd: string,
    env: NodeJS.ProcessEnv,
): Promise<Ran[]> {
    const done: Ran[] = [];
    for (const step of steps) {
        if (step.always || done.every(({ code }) => code === 0)) {
            done.push(await runStep(step, cwd, env));
        }
    }
    return done;
}

function runStep({ name, script, env: own }: ShellStep, cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
    // GitLab writes variables into one another.
    const variables = { ...env, ...own };
    const expanded = Object.fromEntries(
        Object.entries(own).map(([key, text]) => [
            key,
            text.replace(/\$([A-Z_]+)/g, (_, other: string) => variables[other] ?? ""),
        ]),
    );
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        cwd,
        env: { ...env, ...expanded },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ name, code, output }));
    });
}
