import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How long an interrupted command may take to finish the step that it is in. */
const PATIENCE_MS = 15_000;

export interface Ended {
    /** Null when a signal ended it. */
    readonly code: number | null;
    /** Everything that was printed, both streams. */
    readonly output: string;
}

export interface CommandLineOptions {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly interrupted: AbortSignal;
    readonly onLine: (line: string) => void;
}

/** Runs a command and passes on its lines. Rejects with the signal's reason once it is over after that. */
export async function runStreaming(
    command: string,
    args: readonly string[],
    { cwd, env, interrupted, onLine }: CommandLineOptions,
): Promise<Ended> {
    interrupted.throwIfAborted();
    // A group of its own, so that Ctrl-C reaches it through us alone: a second one would make it stop half-way.
    const detached = process.platform !== "win32";
    const child = spawn(command, args, { cwd, env, detached, stdio: ["ignore", "pipe", "pipe"] });
    const lines: string[] = [];
    for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on("line", (line) => {
            lines.push(line);
            onLine(line);
        });
    }
    const stop = (): void => void endWithPatience(child);
    interrupted.addEventListener("abort", stop, { once: true });
    try {
        const [code] = (await once(child, "close")) as [number | null];
        interrupted.throwIfAborted();
        return { code, output: lines.join("\n") };
    } finally {
        interrupted.removeEventListener("abort", stop);
    }
}

async function endWithPatience(child: ChildProcess): Promise<void> {
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await once(child, "exit");
    clearTimeout(timer);
    // What outlives it may hold its streams open.
    child.stdout?.destroy();
    child.stderr?.destroy();
}
