import { EXIT, EXIT_CODES } from "../cli/exit-codes.js";
import { type Ended, runChild, type Signals, type SignalSource } from "./child.js";
import { buildCommand, type Command, PULUMI_DESTROY, type ReportFiles } from "./command.js";
import { comment } from "./comment.js";
import { detectForge, type Forge } from "./forge.js";
import { type Inputs, readInputs, withoutInputs, WrongInputError } from "./inputs.js";
import { costRemaining, readText } from "./reports.js";

/** Everything outside the step that it uses. */
export interface StepRuntime {
    readonly env: NodeJS.ProcessEnv;
    readonly write: (text: string) => void;
    readonly signals: SignalSource;
    readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
    /** The path of the event that started the workflow is in the environment. */
    readonly readJson: (path: string) => unknown;
    /** The program and first arguments of the command line. */
    readonly commandLine: readonly [program: string, ...args: string[]];
}

const TOKENS = ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"];

/** What no message of the command line says: it does not know where it runs. */
const NO_TOKEN =
    "There is no DigitalOcean token. Pull requests from forks and from Dependabot get no secrets: do not run this step for them.";

/** Runs the command that the inputs ask for, and returns its exit code, which nothing turns green. */
export async function runStep(runtime: StepRuntime): Promise<number> {
    const { env, write } = runtime;
    const inputs = readInputs(env);
    const forge = detectForge(env, write);
    const token = inputs.text("token");
    forge.mask(token);
    const files = await forge.files();
    const childEnv = { ...withoutInputs(env), ...(token === "" ? {} : { DIGITALOCEAN_TOKEN: token }) };
    const { code, interrupted, error } = await tryCommand(inputs, files, childEnv, forge, runtime);
    const [report, summary] = await Promise.all([readText(files.report), readText(files.summary)]);
    const outputs = {
        "exit-code": String(code),
        "cost-remaining": costRemaining(report),
        report: report === "" ? "" : files.report,
    };
    await forge.publish(outputs, summary);
    if (code !== EXIT.done) {
        const hasToken = TOKENS.some((name) => (childEnv[name as keyof typeof childEnv] ?? "") !== "");
        forge.fail(
            error ?? (hasToken || code !== EXIT.unauthorized ? explainExitCode(code, inputs) : NO_TOKEN),
        );
    }
    // A runner that cancels kills soon.
    if (inputs.text("comment") === "true" && summary !== "" && !interrupted) {
        await commentOn(summary, inputs, forge, runtime);
    }
    return code;
}

interface Result extends Pick<Ended, "code" | "interrupted"> {
    /** Why nothing could be run. */
    readonly error?: string;
}

async function tryCommand(
    inputs: Inputs,
    files: ReportFiles,
    env: NodeJS.ProcessEnv,
    forge: Forge,
    runtime: StepRuntime,
): Promise<Result> {
    try {
        inputs.flag("comment");
        const signals = { source: runtime.signals, reachAll: forge.signalsAll };
        const command = buildCommand(inputs, files);
        const options = { cwd: inputs.text("working-directory") || ".", env };
        const [program, ...first] = runtime.commandLine;
        const endQuote = forge.quote();
        try {
            return command.program === "pulumi"
                ? await destroyStack(command, files, options, signals, runtime)
                : await runChild(program, [...first, ...command.args], options, signals);
        } finally {
            endQuote();
        }
    } catch (error) {
        return {
            code: error instanceof WrongInputError ? EXIT.usage : EXIT.unexpected,
            interrupted: false,
            error: error instanceof Error ? error.message : String(error),
        };
    }
}

/** What was busy is tried once more. What the policy refuses is refused again. */
async function destroyStack(
    { args, stack = "" }: Command,
    { report, summary }: ReportFiles,
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
    signals: Signals,
    { write }: StepRuntime,
): Promise<Result> {
    const listed = await runChild(
        "pulumi",
        ["stack", "ls", "--json"],
        { ...options, capture: true },
        signals,
    );
    if (listed.code !== 0) {
        return listed;
    }
    if (listed.interrupted) {
        const error = `${PULUMI_DESTROY} was cancelled before it began`;
        return { code: EXIT.unfinished, interrupted: true, error };
    }
    if (!hasStack(listed.output, stack)) {
        write(`There is no stack ${stack}.\n`);
        return { code: EXIT.done, interrupted: false };
    }
    const env = { ...options.env, DROPLET_TEARDOWN_REPORT: report, DROPLET_TEARDOWN_SUMMARY: summary };
    const destroy = (): Promise<Ended> => runChild("pulumi", args, { ...options, env }, signals);
    const first = await destroy();
    return first.code === 0 || first.interrupted ? first : destroy();
}

/** A stack is named as "preview-7", "acme/preview-7" or "acme/project/preview-7". */
function hasStack(listed: string, stack: string): boolean {
    const names = (JSON.parse(listed) as readonly { readonly name: string }[]).map(({ name }) => name);
    const last = (name: string): string | undefined => name.split("/").at(-1);
    return names.some((name) => name === stack || last(name) === last(stack));
}

function explainExitCode(code: number, inputs: Inputs): string {
    const [, meaning = "it failed"] =
        inputs.text("command") === PULUMI_DESTROY ? [] : (EXIT_CODES.find(([one]) => one === code) ?? []);
    return `${inputs.text("command")} ended with ${code}: ${meaning}`;
}

/** What becomes of the comment changes nothing about what becomes of the step. */
async function commentOn(
    summary: string,
    inputs: Inputs,
    { warn, mask }: Forge,
    { env, fetch, readJson }: StepRuntime,
): Promise<void> {
    const token = inputs.text("github-token");
    mask(token);
    try {
        const event = readJson(env.GITHUB_EVENT_PATH ?? "") as { pull_request?: { number: number } };
        const { GITHUB_API_URL: api = "", GITHUB_REPOSITORY: repository = "" } = env;
        if (event.pull_request === undefined) {
            warn("There is no pull request to comment on.");
            return;
        }
        const key = `${env.GITHUB_WORKFLOW ?? ""}/${env.GITHUB_JOB ?? ""}`;
        await comment(
            { api, repository, pullRequest: event.pull_request.number, token, key },
            summary,
            fetch,
        );
    } catch (error) {
        warn(`The comment could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
}
