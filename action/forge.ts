import { randomUUID } from "node:crypto";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ReportFiles } from "./command.js";

/** What runs the step. */
export interface Forge {
    /** Where reports go, in a place that the runner keeps for the next steps or as artifacts. */
    readonly files: () => Promise<ReportFiles>;
    /** Keeps a secret out of the log. */
    readonly mask: (secret: string) => void;
    /** An error that people see without the log. */
    readonly fail: (message: string) => void;
    readonly warn: (message: string) => void;
    /** What comes until the returned function is called is text, whatever it looks like. */
    readonly quote: () => () => void;
    /** Whether a cancel signals every process of the job, not the first one alone: a child must not hear it twice. */
    readonly signalsAll: boolean;
    /** @param outputs what the step says of its end, by the names in `action.yml` */
    readonly publish: (outputs: Readonly<Record<string, string>>, summary: string) => Promise<void>;
}

type Write = (line: string) => void;

export function detectForge(env: NodeJS.ProcessEnv, write: Write): Forge {
    return env.GITLAB_CI === "true" ? gitlab(env, write) : github(env, write);
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function github(env: NodeJS.ProcessEnv, write: Write): Forge {
    const command = (name: string, message: string): void => write(`::${name}::${escaped(message)}\n`);
    const append = async (file: string | undefined, text: string): Promise<void> => {
        if (file !== undefined && file !== "" && text !== "") {
            await appendFile(file, text);
        }
    };
    return {
        files: async () => {
            const folder = await mkdtemp(join(env.RUNNER_TEMP ?? tmpdir(), "droplet-teardown-"));
            return { report: join(folder, "report.json"), summary: join(folder, "summary.md") };
        },
        // A runner masks line by line.
        mask: (secret) =>
            secret.split(/\r?\n|\r/).forEach((line) => line !== "" && command("add-mask", line)),
        fail: (message) => command("error", message),
        warn: (message) => command("warning", message),
        quote: () => {
            const end = randomUUID();
            command("stop-commands", end);
            return () => write(`\n::${end}::\n`);
        },
        signalsAll: false,
        publish: async (outputs, summary) => {
            // A value cannot contain a delimiter that nobody knows before.
            const delimiter = randomUUID();
            const lines = Object.entries(outputs).map(
                ([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`,
            );
            await append(env.GITHUB_OUTPUT, lines.join(""));
            await append(env.GITHUB_STEP_SUMMARY, summary);
        },
    };
}

function escaped(message: string): string {
    return message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv */
function gitlab(env: NodeJS.ProcessEnv, write: Write): Forge {
    const folder = env.CI_PROJECT_DIR ?? ".";
    const [report, summary, variables] = ["teardown.json", "teardown.md", "teardown.env"].map((name) =>
        join(folder, name),
    ) as [string, string, string];
    const tell = (message: string): void => write(`${message}\n`);
    return {
        files: async () => {
            // A job gets the artifacts of the stages before it; another command's would be taken for ours.
            await Promise.all([report, summary, variables].map((path) => rm(path, { force: true })));
            return { report, summary };
        },
        mask: () => undefined,
        fail: (message) => tell(`error: ${message}`),
        warn: (message) => tell(`warning: ${message}`),
        quote: () => () => undefined,
        // https://gitlab.com/gitlab-org/gitlab-runner/-/merge_requests/4446
        signalsAll: true,
        publish: (outputs) => {
            const lines = Object.entries(outputs).map(
                ([name, value]) => `TEARDOWN_${name.toUpperCase().replaceAll("-", "_")}=${value}\n`,
            );
            return appendFile(variables, lines.join(""));
        },
    };
}
