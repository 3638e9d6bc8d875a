import { spawn } from "node:child_process";

export interface CommandResult {
    /** Exit code; null when a signal ended it. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

export interface CommandOptions {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd?: string;
    /** After this long the command and everything it started are ended. */
    readonly timeoutMs?: number;
    /** Gets each piece of standard error as it comes. */
    readonly onStderr?: (text: string) => void;
}

/** Runs a command to its end. Rejects only when it cannot be started. */
export function runCommand(
    command: string,
    args: readonly string[],
    options: CommandOptions,
): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, {
            env: options.env,
            cwd: options.cwd,
            stdio: ["ignore", "pipe", "pipe"],
            detached: process.platform !== "win32",
        });
        const output = { stdout: "", stderr: "" };
        child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            output.stderr += text;
            options.onStderr?.(text);
        });
        const timer =
            options.timeoutMs === undefined
                ? undefined
                : setTimeout(() => endGroup(child.pid), options.timeoutMs);
        child.once("error", (error) => {
            clearTimeout(timer);
            reject(error);
        });
        child.once("close", (code) => {
            clearTimeout(timer);
            resolve({ code, ...output });
        });
    });
}

/** A detached child leads a process group of its own: its number, negative, names the whole group. */
function endGroup(pid: number | undefined): void {
    if (pid === undefined) {
        return;
    }
    try {
        process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
        // It ended by itself in the meantime.
    }
}
