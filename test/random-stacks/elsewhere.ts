import { type ChildProcess, fork } from "node:child_process";

import type { Program } from "./program.js";
import type { Entries } from "./recorder/registration.js";

const RECORDER = require.resolve("./recorder-process.js");

/** To load the SDK takes a second, to record with it milliseconds: this process has one recorder for all that it asks. */
let recorder: ChildProcess | null = null;

/** Records what a program consists of, in a process of its own; one program at a time. */
export async function recordElsewhere(program: Program, project: string): Promise<Entries> {
    const asked = (recorder ??= fork(RECORDER, { execArgv: [] }));
    // Only while it is asked does it keep this process alive.
    asked.ref();
    asked.channel?.ref();
    try {
        return await new Promise((resolve, reject) => {
            const ended = (code: number | null): void => reject(new Error(`the recorder ended with ${code}`));
            asked.once("exit", ended);
            asked.once("message", (entries) => {
                asked.off("exit", ended);
                resolve(entries as Entries);
            });
            asked.send({ program, project });
        });
    } finally {
        asked.unref();
        asked.channel?.unref();
    }
}
