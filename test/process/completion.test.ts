import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { completionScript } from "../../cli/arguments/completion.js";
import { createProgram } from "../../cli/arguments/program.js";

/** What bash offers for a command line whose last word is being typed. */
function offered(...words: readonly string[]): string[] {
    const script = completionScript(
        createProgram(() => undefined),
        "bash",
    );
    const typed = words.map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(droplet-teardown ${typed}); COMP_CWORD=${words.length}; _droplet_teardown; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-c", `${script}\n${ask}`], {
        encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    return stdout.split("\n").filter((line) => line !== "");
}

describe("completion in bash", () => {
    it("offers commands, then the options of the command, then what an option takes", () => {
        assert.deepEqual(offered("de"), ["destroy"]);
        assert.ok(offered("").includes("orphans"));
        assert.deepEqual(offered("destroy", "--ex"), ["--expired"]);
        assert.deepEqual(offered("plan", "--max"), []);
        assert.deepEqual(offered("plan", "--output", ""), ["text", "json", "markdown"]);
        assert.deepEqual(offered("plan", "--output", "j"), ["json"]);
        assert.deepEqual(offered("completion", ""), ["bash", "zsh", "fish", "--help"]);
        assert.deepEqual(offered("plan", "--tag-name", "--"), []);
        assert.ok(offered("destroy", "--plan", "pack").includes("package.json"));
    });
});
