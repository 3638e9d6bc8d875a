import { execFile } from "node:child_process";
import { promisify } from "node:util";

const TIMEOUT_MS = 240_000;
const execute = promisify(execFile);

/** Runs a command to its end. @throws an error that ends in what the command printed */
export async function run(
    command: string,
    args: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
    try {
        const { stdout } = await execute(command, args, {
            cwd,
            env,
            timeout: TIMEOUT_MS,
            maxBuffer: 1 << 26,
        });
        return stdout;
    } catch (error) {
        const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
        throw new Error(`${command} ${args.join(" ")}: ${(stdout + stderr).trim().slice(-2_000)}`, {
            cause: error,
        });
    }
}
