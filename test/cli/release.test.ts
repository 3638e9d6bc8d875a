import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { REPOSITORY } from "../support/engine-project-files.js";
import { GITHUB_FILES, pipelineText, type GithubJob } from "../support/github-runner.js";

interface Release {
    readonly on: { readonly push: { readonly tags: readonly string[] } };
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: Readonly<
        Record<
            "test" | "publish" | "action",
            GithubJob & { readonly permissions?: Readonly<Record<string, string>> }
        >
    >;
}

const WORKFLOWS = join(REPOSITORY, ".github", "workflows");
const read = (file: string): string => readFileSync(join(WORKFLOWS, file), "utf8");
const text = read("release.yml");
const { on, permissions, jobs } = parse(text) as Release;

describe("the release", () => {
    it("runs on tags of versions alone, and may write nothing but the signature of the provenance", () => {
        assert.deepEqual(on, { push: { tags: ["v*"] } });
        assert.deepEqual(permissions, { contents: "read" });
        assert.equal(jobs.test.permissions, undefined);
        assert.deepEqual(jobs.publish.permissions, { contents: "read", "id-token": "write" });
        assert.match(text, /npm publish --provenance/);
    });

    it("pins every action to a commit, the same one as all other workflows and the examples", () => {
        const texts = [
            ...readdirSync(WORKFLOWS).map(read),
            ...GITHUB_FILES.map(pipelineText),
            readFileSync(join(REPOSITORY, "docs", "pipelines.md"), "utf8"),
        ];
        const found = texts.flatMap((one) => [
            ...one.matchAll(/uses: (?!pulumi-droplet-teardown\/)(\S+)@(\S+)/g),
        ]);
        const commits = new Map(found.map(([, name = "", commit = ""]) => [name, commit]));
        assert.ok(commits.size >= 3);
        for (const [, name = "", commit = ""] of found) {
            assert.match(commit, /^[0-9a-f]{40}$/, name);
            assert.equal(commit, commits.get(name), name);
        }
    });

    it("shows the token of the registry to the steps that publish, and to no other", () => {
        const steps = Object.values(jobs).flatMap((job) => job.steps);
        const seeing = steps.filter((step) => JSON.stringify(step).includes("secrets."));
        assert.deepEqual(
            seeing.map(({ run }) => run),
            ["", "dist/digitalocean-simulator "].map(
                (folder) => `npm publish ${folder}--provenance --access public`,
            ),
        );
    });

    it("tags a commit that has the action's program, on top of the released one", async () => {
        const folder = await mkdtemp(join(tmpdir(), "release-"));
        const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
        const git = (cwd: string, ...args: string[]): string => {
            const { status, stdout, stderr } = spawnSync("git", args, { cwd, encoding: "utf8" });
            assert.equal(status, 0, stderr);
            return stdout.trim();
        };
        git(folder, "init", "--quiet", "--bare", origin);
        git(folder, "clone", "--quiet", origin, clone);
        await mkdir(join(clone, "action", "dist"), { recursive: true });
        await writeFile(join(clone, ".gitignore"), readFileSync(join(REPOSITORY, ".gitignore")));
        await writeFile(join(clone, "action", "dist", "main.js"), "");
        git(clone, "add", ".");
        git(clone, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--message", "released");
        const { name, run = "" } = jobs.action.steps.at(-1) ?? {};
        assert.match(name ?? "", /^Tag the released commit/);
        const env = { PATH: process.env.PATH, HOME: folder, GITHUB_REF_NAME: "v0.2.0" };
        const { status, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", run], { cwd: clone, env });
        assert.equal(status, 0, String(stderr));
        const files = git(origin, "ls-tree", "-r", "--name-only", "action-v0.2.0");
        assert.deepEqual(files.split("\n"), [".gitignore", "action/dist/main.js"]);
        await rm(folder, { recursive: true });
    });

    for (const [tag, code] of [
        ["v0.0.0-other", 1],
        ["", 1],
    ] as const) {
        it(`refuses the tag ${JSON.stringify(tag)}, which is not the version`, () => {
            const step = jobs.publish.steps.find(({ name }) => name?.startsWith("The tag is"));
            const env = { PATH: process.env.PATH, GITHUB_REF_NAME: tag };
            const script = step?.run ?? assert.fail("there is no such step");
            const { status } = spawnSync("bash", ["-eo", "pipefail", "-c", script], { cwd: REPOSITORY, env });
            assert.equal(status, code);
        });
    }
});
