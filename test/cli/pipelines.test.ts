import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "../../cli/parse.js";
import { REPOSITORY } from "../support/engine-project-files.js";

const FOLDER = join(REPOSITORY, "examples", "ci");
const COMMAND = /npx (?:--yes )?pulumi-droplet-teardown@0.1 ((?:[^\n`|]|\n +(?=--))+)/g;

describe("the pipelines in examples/ci", () => {
    const files = new Map<string, string>();
    before(async () => {
        for (const path of await readdir(FOLDER, { recursive: true })) {
            if (/\.(yml|md)$/.test(path)) {
                files.set(path, await readFile(join(FOLDER, path), "utf8"));
            }
        }
    });

    it("pin every action to a commit, and never run strangers' code with secrets", () => {
        const workflows = [...files].filter(([path]) => path.startsWith("github"));
        assert.equal(workflows.length, 2);
        for (const [path, text] of workflows) {
            const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? "");
            assert.ok(used.length > 0, path);
            assert.ok(
                used.every((action) => /@[0-9a-f]{40}$/.test(action)),
                path,
            );
            const active = text.replace(/#.*$/gm, "");
            assert.doesNotMatch(active, /pull_request_target/);
            assert.match(active, /concurrency:\n +group: .*\n +cancel-in-progress: false/);
        }
    });

    it("give commands that the command line understands", () => {
        const told: string[] = [];
        const output = { write: (text: string) => void told.push(text), isTerminal: false, columns: 80 };
        let commands = 0;
        for (const [path, text] of files) {
            for (const [, command = ""] of text.matchAll(COMMAND)) {
                const words = command
                    .replace(/"?\$[A-Z_]+"?/g, "some-value")
                    .replace(/["']/g, "")
                    .split(/\s+/)
                    .filter((word) => word !== "");
                const parsed = parse(words, { version: "0.0.0", stdout: output, stderr: output });
                assert.equal(parsed.kind, "run", `${path}: ${words.join(" ")}\n${told.join("")}`);
                commands += 1;
            }
        }
        assert.equal(commands, 11);
    });
});
