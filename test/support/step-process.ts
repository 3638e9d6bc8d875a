import { readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { start, TOKEN, type Ended, type Started } from "./cli-process.js";
import { REPOSITORY } from "./engine-project-files.js";

/** The entry of the action, compiled. */
export const ENTRY = join(REPOSITORY, "dist", "action", "main.js");

/** Where a runner of GitHub runs a step. */
export interface Runner {
    readonly url: string;
    readonly folder: string;
    /** Beside what the runner sets; undefined takes one away. */
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly script?: string;
}

export interface StepEnded extends Ended {
    readonly outputs: Readonly<Record<string, string>>;
    readonly summary: string;
    /** The text of the report that the output names; "" without one. */
    readonly report: string;
}

export interface RunningStep extends Omit<Started, "ended"> {
    readonly ended: Promise<StepEnded>;
}

let steps = 0;

/** Starts a step with inputs as a runner passes them, in an environment of its own. */
export async function startStep(
    given: Readonly<Record<string, string>>,
    { url, folder, env = {}, script = ENTRY }: Runner,
): Promise<RunningStep> {
    steps += 1;
    const [output, summary] = [join(folder, `output-${steps}`), join(folder, `summary-${steps}`)];
    await Promise.all([writeFile(output, ""), writeFile(summary, "")]);
    const inputs = Object.entries({ token: TOKEN, ...given }).map(
        ([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const,
    );
    const started = start([], url, {
        script,
        cwd: folder,
        env: {
            ...{ DIGITALOCEAN_TOKEN: undefined, HOME: folder, GITHUB_ACTIONS: "true", RUNNER_TEMP: folder },
            ...{ GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
            PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter),
            ...Object.fromEntries(inputs),
            ...env,
        },
    });
    const ended = started.ended.then(async (end) => {
        const outputs = outputsIn(await readFile(output, "utf8"));
        const { report = "" } = outputs;
        return {
            ...end,
            outputs,
            summary: await readFile(summary, "utf8"),
            report: report === "" ? "" : await readFile(report, "utf8"),
        };
    });
    return { ...started, ended };
}

export async function runStep(inputs: Readonly<Record<string, string>>, runner: Runner): Promise<StepEnded> {
    return (await startStep(inputs, runner)).ended;
}

/** As a runner reads them: `name<<delimiter`, lines, the delimiter. */
function outputsIn(text: string): Record<string, string> {
    const lines = text.split("\n");
    const found: Record<string, string> = {};
    for (let at = 0; at < lines.length - 1;) {
        const [, name = "", delimiter = ""] = /^([^<]+)<<(.+)$/.exec(lines[at] ?? "") ?? [];
        const end = lines.indexOf(delimiter, at + 1);
        if (name === "" || end < 0) {
            throw new Error(`a runner cannot read ${JSON.stringify(lines[at])}`);
        }
        found[name] = lines.slice(at + 1, end).join("\n");
        at = end + 1;
    }
    return found;
}

/** Notes its arguments and what it sees; how it behaves is the stack's name. */
const PULUMI = `#!${process.execPath}
const { appendFileSync, writeSync } = require("node:fs");
const note = (what) => appendFileSync(process.env.HOME + "/pulumi-calls", JSON.stringify(what) + "\\n");
const args = process.argv.slice(2);
const names = Object.keys(process.env).filter((name) => /^INPUT_|^GITHUB_TOKEN$/.test(name));
note({ args, pid: process.pid, cwd: process.cwd(), names, token: process.env.DIGITALOCEAN_TOKEN });
const stack = (args.find((arg) => arg.startsWith("--stack=")) ?? "").slice("--stack=".length);
if (args[0] === "stack" && process.env.FAKE_LISTING === "slow") {
    const timer = setInterval(() => undefined, 1_000);
    process.on("SIGINT", () => {
        clearInterval(timer);
        process.stdout.write(process.env.FAKE_STACKS);
    });
    writeSync(2, "listing\\n");
} else if (args[0] === "stack") {
    process.stdout.write(process.env.FAKE_STACKS);
} else if (stack.endsWith("waits")) {
    for (const signal of ["SIGINT", "SIGTERM"]) {
        process.on(signal, () => {
            note({ signal });
            process.stdout.write("heard " + signal + "\\n");
            if (signal === "SIGTERM") process.exit(255);
        });
    }
    setInterval(() => undefined, 1_000);
    process.stdout.write("destroying\\n");
} else {
    appendFileSync(process.env.DROPLET_TEARDOWN_REPORT, '{"droplets":[],"cost":{"remaining":"7.00"}}\\n');
    process.stdout.write("::set-env name=PATH::nowhere\\n");
    process.exitCode = stack.endsWith("refuses") ? 255 : 0;
}
`;

export interface PulumiCall {
    readonly args?: readonly string[];
    readonly pid?: number;
    readonly cwd?: string;
    readonly names?: readonly string[];
    readonly token?: string;
    readonly signal?: string;
}

/** A `pulumi` on the PATH of steps in the folder. */
export async function fakePulumi(folder: string): Promise<() => Promise<PulumiCall[]>> {
    await writeFile(join(folder, "pulumi"), PULUMI, { mode: 0o755 });
    const calls = join(folder, "pulumi-calls");
    await writeFile(calls, "");
    return async () =>
        (await readFile(calls, "utf8"))
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line) as PulumiCall);
}
