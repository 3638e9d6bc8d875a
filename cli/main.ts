#!/usr/bin/env node
import { createInterface } from "node:readline";
import { createNodeFetch } from "../provider/digitalocean/node-fetch.js";
import { systemClock } from "../provider/polling/clock.js";
import { version } from "../provider/access/version.js";
import { AbandonedError } from "../provider/teardown/errors.js";
import { EXIT } from "./exit-codes.js";
import { machineFiles } from "./files.js";
import { run } from "./index.js";
import type { Output, CliRuntime } from "./runtime.js";

const [USUAL_COLUMNS, USUAL_ROWS] = [80, 24];
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

let unwritten: Error | null = null;

/** A closed reader, such as a pager that was quit, is not an error. */
function isReaderGone(error: Error): boolean {
    return "code" in error && error.code === "EPIPE";
}

function toOutput(stream: NodeJS.WriteStream): Output {
    let open = true;
    stream.on("error", (error: Error) => {
        open = false;
        if (stream === process.stdout && !isReaderGone(error)) {
            unwritten = error;
        }
    });
    return {
        write: (text) => {
            if (open) {
                stream.write(text);
            }
        },
        isTerminal: stream.isTTY && process.env.TERM !== "dumb",
        get columns() {
            return (stream.isTTY && stream.columns) || USUAL_COLUMNS;
        },
        get rows() {
            return (stream.isTTY && stream.rows) || USUAL_ROWS;
        },
    };
}

/** Null at end of input, and for Ctrl-C, which a terminal passes as a key while a line is read. */
function askUnless(interrupt: AbortSignal): (question: string) => Promise<string | null> {
    return (question) =>
        new Promise((resolve) => {
            const reader = createInterface({ input: process.stdin, output: process.stderr });
            const leave = (): void => {
                process.stderr.write("\n");
                reader.close();
            };
            let answer: string | null = null;
            reader.once("close", () => {
                interrupt.removeEventListener("abort", leave);
                resolve(answer);
            });
            reader.once("SIGINT", leave);
            interrupt.addEventListener("abort", leave, { once: true });
            reader.question(question, (line) => {
                answer = line;
                reader.close();
            });
        });
}

function watchInterrupts(): AbortSignal {
    const controller = new AbortController();
    for (const name of SIGNALS) {
        process.on(name, () => {
            if (controller.signal.aborted) {
                process.exit(EXIT.killed);
            }
            controller.abort(new AbandonedError("interrupted"));
        });
    }
    return controller.signal;
}

function watchCrashes(): Promise<never> {
    return new Promise((_, reject) => {
        process.on("uncaughtException", reject);
        process.on("unhandledRejection", reject);
    });
}

/** Flushes output to a pipe before the process ends, so that a write error surfaces. */
async function flushed(stream: NodeJS.WriteStream): Promise<void> {
    if (!stream.destroyed && stream.writableLength > 0) {
        await new Promise<void>((resolve) => {
            stream.once("close", resolve);
            stream.write("", () => resolve());
        });
    }
    // Even a write that fails at once reports it in a later turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
}

const interrupt = watchInterrupts();
const runtime: CliRuntime = {
    env: (name) => process.env[name],
    clock: systemClock,
    random: Math.random,
    fetch: createNodeFetch(),
    userAgent: `pulumi-droplet-teardown/${version}`,
    version,
    stdout: toOutput(process.stdout),
    stderr: toOutput(process.stderr),
    ask: process.stdin.isTTY && process.stderr.isTTY ? askUnless(interrupt) : null,
    files: machineFiles,
    interrupt,
};

const crash = watchCrashes();
crash.catch(() => undefined);
void run(process.argv.slice(2), runtime, crash)
    .catch((error: unknown) => {
        runtime.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        return EXIT.unexpected;
    })
    .then(async (code) => {
        await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
        if (unwritten === null) {
            process.exit(code);
        }
        runtime.stderr.write(`error: standard output cannot be written: ${unwritten.message}\n`);
        await flushed(process.stderr);
        process.exit(code === EXIT.done ? EXIT.unexpected : code);
    });
