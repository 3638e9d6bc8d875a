import { spawn } from "node:child_process";

/** One step of a pipeline, after it has run. */
export interface Ran {
    readonly name: string;
    readonly code: number | null;
    /** Both streams, and what people see besides. */
    readonly output: string;
}

/** Runs a script as runners do. */
export function runShell(
    script: string,
    cwd: string,
    env: NodeJS.ProcessEnv,
): Promise<Pick<Ran, "code" | "output">> {
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        ...{ cwd, env },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, output }));
    });
}
