import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { REPOSITORY } from "../support/engine-project-files.js";
import { GITHUB_FILES, workflow, type GithubJob } from "../support/pipeline.js";

interface Release {
    readonly on: { readonly push: { readonly tags: readonly string[] } };
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: Readonly<
        Record<"test" | "publish", GithubJob & { readonly permissions?: Readonly<Record<string, string>> }>
    >;
}

const read = (file: string): string => readFileSync(join(REPOSITORY, ".github", "workflows", file), "utf8");
const text = read("release.yml");
const { on, permissions, jobs } = parse(text) as Release;
const used = ({ steps }: GithubJob): string[] => steps.flatMap(({ uses }) => uses ?? []);

describe("the release", () => {
    it("runs on tags of versions alone, and may write nothing but the signature of the provenance", () => {
        assert.deepEqual(on, { push: { tags: ["v*"] } });
        assert.deepEqual(permissions, { contents: "read" });
        assert.equal(jobs.test.permissions, undefined);
        assert.deepEqual(jobs.publish.permissions, { contents: "read", "id-token": "write" });
        assert.match(text, /npm publish --provenance/);
    });

    it("and continuous integration pin the actions that the examples pin, to the same commits", () => {
        const known = GITHUB_FILES.flatMap((file) => Object.values(workflow(file).jobs).flatMap(used));
        const checks = parse(read("ci.yml")) as Pick<Release, "jobs">;
        const actions = [...Object.values(jobs), ...Object.values(checks.jobs)].flatMap(used);
        assert.ok(actions.length >= 6);
        assert.deepEqual(
            actions.filter((action) => !known.includes(action)),
            [],
        );
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
