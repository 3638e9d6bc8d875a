#!/usr/bin/env node
/** One command as a step of a pipeline: the entry of the GitHub Action and of the GitLab component. */
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { runStep } from "./step.js";

const STDOUT = 1;

runStep({
    env: process.env,
    // At once: what the child writes goes to the same place.
    write: (text) => void writeSync(STDOUT, text),
    signals: process,
    fetch: (url, init) => fetch(url, init),
    readJson: (path) => JSON.parse(readFileSync(path, "utf8")) as unknown,
    commandLine: [process.execPath, join(__dirname, "..", "cli", "main.js")],
}).then(
    (code) => process.exit(code),
    (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        process.exit(1);
    },
);
