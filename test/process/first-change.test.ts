import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../support/engine-project-files.js";

const page = readFileSync(join(REPOSITORY, "CONTRIBUTING.md"), "utf8");
const [steps = ""] = /## A first change\n[^]*?(?=\n## )/.exec(page) ?? [];
const [, pattern = ""] = /npm test -- -g '([^']+)'/.exec(steps) ?? [];

/** The compiled code that the steps change and test, elsewhere. */
function copyOfCode(): string {
    const folder = mkdtempSync(join(tmpdir(), "first-change-"));
    for (const part of ["provider", "test/unit", "test/support"]) {
        cpSync(join(REPOSITORY, "dist", part), join(folder, "dist", part), { recursive: true });
    }
    for (const part of ["dist/cli", "dist/simulator", "dist/sdk", "node_modules", "package.json"]) {
        symlinkSync(join(REPOSITORY, part), join(folder, part));
    }
    return folder;
}

function passes(folder: string): boolean {
    const mocha = join(REPOSITORY, "node_modules", "mocha", "bin", "mocha.js");
    const args = [mocha, "--no-config", "-g", pattern, "dist/test/unit/teardown/report-text.test.js"];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.match(stdout, /[1-9]\d* (passing|failing)/);
    return status === 0;
}

describe("the first change in CONTRIBUTING.md", () => {
    it("finds the text and its test by the commands of its steps", () => {
        const commands = [...steps.matchAll(/git grep -n '([^']+)' (\S+?)`/g)];
        assert.equal(commands.length, 2);
        const found = commands.map(([, text = "", folder = ""]) =>
            execFileSync("git", ["grep", "-n", text, folder], { cwd: REPOSITORY, encoding: "utf8" }),
        );
        assert.match(found[0] ?? "", /^provider\/teardown\/describe\.ts:\d+:/m);
        assert.match(found[1] ?? "", /^test\/unit\/teardown\/report-text\.test\.ts:\d+:/m);
    });

    it("is seen by the test that its steps name, which passes without it", () => {
        const folder = copyOfCode();
        try {
            assert.ok(passes(folder));
            const path = join(folder, "dist", "provider", "teardown", "describe.js");
            const text = readFileSync(path, "utf8");
            assert.ok(text.includes('"attempt")'));
            writeFileSync(path, text.replaceAll('"attempt")', '"try")'));
            assert.ok(!passes(folder));
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    }).timeout(60_000);
});
