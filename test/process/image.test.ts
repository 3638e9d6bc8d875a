import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { unpack } from "../../tools/package/pack.js";
import { runProcess } from "../support/cli-process.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { packedInto } from "../support/packed.js";

const lines = readFileSync(join(REPOSITORY, "Dockerfile"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^([A-Z]+) (.*)$/.exec(line) ?? assert.fail(line));
const all = (instruction: string): string[] =>
    lines.filter(([, name]) => name === instruction).map(([, , rest = ""]) => rest);

describe("the container image, as its Dockerfile says", function () {
    this.timeout(180_000);
    let folder: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "image-"));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("is of a fixed version of Node.js, without npm, and does not run as root", () => {
        assert.match(all("FROM").join(), /^node:\d+\.\d+\.\d+-alpine\d+\.\d+$/);
        assert.match(all("RUN").join(), /^rm -rf \/usr\/local\/lib\/node_modules .*\/npm .*\/npx /);
        assert.deepEqual(all("USER"), ["node"]);
        const names = lines.map(([, name]) => name);
        assert.ok(names.indexOf("USER") > names.lastIndexOf("COPY"));
        assert.ok(!names.includes("ENV") && !names.includes("ARG") && !names.includes("CMD"));
    });

    it("starts the command without a shell, so that signals reach it", () => {
        assert.deepEqual(
            all("ENTRYPOINT").map((text) => JSON.parse(text) as unknown),
            [["node", "/app/dist/cli/main.js"]],
        );
    });

    it("has all that the command needs, from the built package, and nothing of the plugin", async () => {
        const unpacked = await unpack((await packedInto(folder)).tarball, REPOSITORY, folder);
        const root = await mkdtemp(join(tmpdir(), "image-root-"));
        for (const copy of all("COPY")) {
            const words = copy.split(" ");
            const target = words.at(-1) ?? "";
            for (const source of words.slice(0, -1)) {
                const to = join(root, target.endsWith("/") ? join(target, basename(source)) : target);
                await mkdir(dirname(to), { recursive: true });
                await cp(join(unpacked, source), to, { recursive: true });
            }
        }
        const [entry = ""] = all("ENTRYPOINT");
        const [, main = ""] = JSON.parse(entry) as string[];
        const script = join(root, main);
        const { code, stdout, stderr } = await runProcess("orphans --help", "https://api.example.com", {
            script,
        });
        assert.equal(code, 0, stderr);
        assert.match(stdout, /--older-than/);
        assert.doesNotMatch(all("COPY").join(), /plugin|sdk/);
        await rm(root, { recursive: true });
    });
});
