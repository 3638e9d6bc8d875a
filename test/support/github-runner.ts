import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { REPOSITORY } from "./engine-project-files.js";
import { runShell, type Ran } from "./shell-step.js";
import { runStep } from "./step-process.js";

export const GITHUB_FILES = ["github/preview.yml", "github/nightly-sweep.yml"] as const;

/** How workflows name the action of this repository. */
export const OWN_ACTION = /^pulumi-droplet-teardown\/pulumi-droplet-teardown\/action@(\S+)$/;

type Values = Readonly<Record<string, string>>;

/** As a workflow has them: true and numbers among them. */
type Given = Readonly<Record<string, string | number | boolean>>;

export interface GithubStep {
    readonly id?: string;
    readonly name?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Values;
    readonly with?: Given;
}

export interface GithubJob {
    readonly if?: string;
    readonly environment?: string;
    readonly env?: Values;
    readonly "timeout-minutes": number;
    readonly steps: readonly GithubStep[];
}

export interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: Values;
    readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly env?: Values;
    readonly jobs: Readonly<Record<string, GithubJob>>;
}

export function pipelineText(file: string): string {
    return readFileSync(join(REPOSITORY, "examples", "ci", file), "utf8");
}

export function workflow(file: string): Workflow {
    return parse(pipelineText(file)) as Workflow;
}

interface ActionInput {
    readonly default?: string;
    readonly required?: boolean;
}

export const ACTION = parse(readFileSync(join(REPOSITORY, "action", "action.yml"), "utf8")) as {
    readonly inputs: Readonly<Record<string, ActionInput>>;
    readonly outputs: Readonly<Record<string, object>>;
    readonly runs: { readonly using: string; readonly main: string };
};

/** A machine that runs jobs. */
export interface GithubRunner {
    /** Of the simulator. */
    readonly url: string;
    /** Where steps run; the project is checked out there. */
    readonly folder: string;
    readonly env: NodeJS.ProcessEnv;
}

/** Runs the steps of a job as GitHub does: shell steps and steps of the action; others are left out. */
export async function runJob(job: GithubJob, context: Values, runner: GithubRunner): Promise<readonly Ran[]> {
    const known = new Map(Object.entries(context));
    const ran: Ran[] = [];
    if (job.if !== undefined && !holds(job.if, known)) {
        return ran;
    }
    for (const step of job.steps) {
        const hasFailed = ran.some(({ code }) => code !== 0);
        const runsAfterFailure = step.if?.includes("!cancelled()") ?? false;
        if ((!hasFailed || runsAfterFailure) && (step.if === undefined || holds(step.if, known))) {
            ran.push(...(await runOne(step, known, runner)));
        }
    }
    return ran;
}

async function runOne(
    step: GithubStep,
    known: Map<string, string>,
    { url, folder, env }: GithubRunner,
): Promise<Ran[]> {
    const own = { ...env, ...filledAll(step.env ?? {}, known) };
    const name = step.run ?? step.uses ?? "";
    if (step.run !== undefined) {
        return [{ name, ...(await runShell(filled(step.run, known), folder, own)) }];
    }
    if (!OWN_ACTION.test(step.uses ?? "")) {
        return [];
    }
    const given = filledAll(step.with ?? {}, known);
    const unknown = Object.keys(given).filter((input) => !(input in ACTION.inputs));
    if (unknown.length > 0) {
        throw new Error(`the action has no input ${unknown.join(", ")}`);
    }
    const defaults = Object.fromEntries(Object.keys(ACTION.inputs).map((input) => [input, ""]));
    const ended = await runStep({ ...defaults, ...given }, { url, folder, env: own });
    for (const [output, value] of Object.entries(ended.outputs)) {
        known.set(`steps.${step.id ?? ""}.outputs.${output}`, value);
    }
    return [{ name, code: ended.code, output: ended.stdout + ended.stderr + ended.summary }];
}

const filledAll = (values: Given, known: ReadonlyMap<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, filled(String(text), known)]));

function filled(text: string, known: ReadonlyMap<string, string>): string {
    return text.replace(/\$\{\{ (\S+) \}\}/g, (_, name: string) => requiredValue(name, known));
}

function requiredValue(name: string, known: ReadonlyMap<string, string>): string {
    const value = known.get(name);
    if (value === undefined) {
        throw new Error(`the test has no value for \${{ ${name} }}`);
    }
    return value;
}

/** A condition of comparisons that `&&` joins. */
function holds(condition: string, known: ReadonlyMap<string, string>): boolean {
    const bare = condition.replace(/^\$\{\{ (.*) \}\}$/, "$1");
    return bare.split("&&").every((part) => {
        const term = part.trim();
        if (term === "!cancelled()") {
            return true;
        }
        if (/^![\w.]+$/.test(term)) {
            return ["", "false"].includes(requiredValue(term.slice(1), known));
        }
        const [, one = "", sign = "", other = ""] = /^(\S+) (==|!=) (\S+)$/.exec(term) ?? [];
        if (sign === "") {
            throw new Error(`the test does not understand ${term}`);
        }
        const isEqual = side(one, known) === side(other, known);
        return sign === "==" ? isEqual : !isEqual;
    });
}

const side = (text: string, known: ReadonlyMap<string, string>): string =>
    text.startsWith("'") ? text.slice(1, -1) : requiredValue(text, known);
