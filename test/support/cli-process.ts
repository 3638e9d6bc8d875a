import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import { REPOSITORY } from "./engine-project-files.js";

/** The command line as it is packed. */
export const SCRIPT = join(REPOSITORY, "dist", "cli", "main.js");

export const TOKEN = `dop_v1_${"c".repeat(64)}`;

export interface Started {
    readonly child: ChildProcess;
    readonly ended: Promise<Ended>;
    /** Both streams so far. */
    readonly output: () => string;
    /** Resolves when the streams have shown the text. */
    readonly shows: (text: string) => Promise<void>;
}

export interface Ended {
    /** Null: a signal ended it. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

export interface StartOptions {
    readonly script?: string;
    /** Arguments of Node itself. */
    readonly node?: readonly string[];
    readonly cwd?: string;
    /** Beside the endpoint and a token; undefined takes one away. */
    readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Starts a command line as a process of its own, with nothing in its environment but endpoint and token. */
export function start(args: readonly string[], apiUrl: string, options: StartOptions = {}): Started {
    const { node = [], script = SCRIPT, cwd, env = {} } = options;
    const child = spawn(process.execPath, [...node, script, ...args], {
        env: { DIGITALOCEAN_API_URL: apiUrl, DIGITALOCEAN_TOKEN: TOKEN, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        ...(cwd === undefined ? {} : { cwd }),
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
    const output = (): string => stdout + stderr;
    const shows = (text: string): Promise<void> =>
        new Promise((resolve, reject) => {
            const look = (): void => {
                if (output().includes(text)) {
                    resolve();
                }
            };
            child.stdout.on("data", look);
            child.stderr.on("data", look);
            child.once("close", () => reject(new Error(`it ended without showing "${text}": ${output()}`)));
            look();
        });
    return { child, ended, output, shows };
}

/** Runs a command line to its end. */
export function runProcess(args: string, apiUrl: string, options: StartOptions = {}): Promise<Ended> {
    return start(args.split(" "), apiUrl, options).ended;
}
