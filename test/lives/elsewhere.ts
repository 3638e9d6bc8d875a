import { fork } from "node:child_process";

import type { Program } from "./program.js";
import type { Entries } from "./recorder/registration.js";

const RECORDER = require.resolve("./recorder-process.js");

/** Records what a program consists of, in a process of its own. */
export function recordElsewhere(program: Program, project: string): Promise<Entries> {
    const recorder = fork(RECORDER, { execArgv: [] });
    return new Promise((resolve, reject) => {
        recorder.once("message", (entries) => resolve(entries as Entries));
        recorder.once("exit", (code) => reject(new Error(`the recorder ended with ${code}`)));
        recorder.send({ program, project });
    });
}
