import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "../../cli/parse.js";
import { CliWorld } from "../support/cli-world.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { GITHUB_FILES, GITLAB_FILE, gitlab, pipelineText, workflow } from "../support/pipeline.js";

const PAGES = ["examples/ci/README.md", "docs/pipelines.md"];
const INSTALLED = /npm install --ignore-scripts --global pulumi-droplet-teardown@(\S+)/g;
const COMMAND = /(?<=^[ -]*)(?:exec )?droplet-teardown ((?:\\\n|[^\n`|])+)/gm;
const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as { version: string };

/** Every file by its name, comments left out. */
const FILES = new Map(
    [...GITHUB_FILES, GITLAB_FILE].map((file) => [file, pipelineText(file).replace(/(^| )#.*$/gm, "")]),
);

const pages = PAGES.map((page) => readFileSync(join(REPOSITORY, page), "utf8"));

function commands(): string[][] {
    return [...FILES.values(), ...pages].flatMap((text) =>
        [...text.matchAll(COMMAND)].map(([, command = ""]) =>
            command
                .replace(/\\\n/g, " ")
                .replace(/"?[a-z:]*(?:\$[A-Za-z_]+:?)+[a-z./]*"?/g, "keep")
                .replace(/["']/g, "")
                .split(/\s+/)
                .filter((word) => word !== ""),
        ),
    );
}

describe("the pipelines in examples/ci", () => {
    it("pin every action to a commit, and the command line to this version", () => {
        for (const file of GITHUB_FILES) {
            const used = Object.values(workflow(file).jobs).flatMap(({ steps }) =>
                steps.flatMap(({ uses }) => uses ?? []),
            );
            assert.ok(used.length > 0);
            assert.deepEqual(
                used.filter((action) => !/@[0-9a-f]{40}$/.test(action)),
                [],
            );
        }
        const pinned = [...FILES.values(), ...pages].flatMap((text) =>
            [...text.matchAll(INSTALLED)].map(([, found]) => found),
        );
        assert.deepEqual([...new Set(pinned)], [version]);
    });

    it("call the command itself, where it is installed, and never through npx, which keeps signals from it", () => {
        for (const text of [...FILES.values(), ...pages]) {
            assert.doesNotMatch(text, /npx (?:--yes )?pulumi-droplet-teardown/);
        }
        for (const file of GITHUB_FILES) {
            for (const [name, { steps }] of Object.entries(workflow(file).jobs)) {
                const runs = steps.map(({ run = "" }) => run);
                const calls = runs.findIndex((run) => /^ *(?:exec )?droplet-teardown /m.test(run));
                const installs = runs.findIndex((run) => run.match(INSTALLED) !== null);
                assert.ok(calls < 0 || (installs >= 0 && installs < calls), `${file}: ${name}`);
                assert.doesNotMatch(runs.join("\n"), /^ *droplet-teardown destroy/m, `${file}: ${name}`);
            }
        }
        assert.match(FILES.get(GITLAB_FILE) ?? "", /before_script:[^]*pulumi-droplet-teardown@[^]*script:/);
    });

    it("give commands that the command line understands", () => {
        const told: string[] = [];
        const output = {
            write: (text: string) => void told.push(text),
            isTerminal: false,
            columns: 80,
            rows: 24,
        };
        for (const words of commands()) {
            const parsed = parse(words, { version: "0.0.0", stdout: output, stderr: output });
            assert.equal(parsed.kind, "run", `${words.join(" ")}\n${told.join("")}`);
        }
        assert.ok(commands().length >= 10);
    });

    it("have a recipe for what keeps costing money that agrees with real reports", async () => {
        const page = readFileSync(join(REPOSITORY, "docs/pipelines.md"), "utf8");
        const [, filter = assert.fail("there is no recipe")] =
            /^jq -e '([^']+)' report\.json$/m.exec(page) ?? [];
        const world = new CliWorld({ destroyDurationMs: 60_000 });
        const [gone, slow, kept] = ["gone", "slow", "kept"].map((name) => world.droplet(name).id);
        const free = async (args: string): Promise<boolean> => {
            await world.run(`destroy ${args} --yes --report r.json`);
            const input = world.files.get("r.json") ?? assert.fail("there is no report");
            const { status, stderr } = spawnSync("jq", ["-e", filter], { input, encoding: "utf8" });
            assert.ok(status === 0 || status === 1, stderr);
            return status === 0;
        };
        assert.equal(await free(`${gone} --policy destroy`), true);
        assert.equal(await free("nobody --policy destroy"), true);
        assert.equal(await free(`${slow} --policy destroy --timeout 20s`), false);
        assert.equal(await free(`${kept} --policy destroy --policy volumes=keep`), false);
        assert.equal(await free(`${kept} --policy destroy --policy volumes=keep`), false);
    });

    it("are never run by strangers, never cancel a run, and are not run after a cancel", () => {
        for (const file of GITHUB_FILES) {
            const { on, permissions, concurrency, jobs } = workflow(file);
            assert.ok(!("pull_request_target" in on));
            assert.ok(Object.values(permissions).every((right) => right === "read"));
            assert.equal(concurrency["cancel-in-progress"], false);
            for (const job of Object.values(jobs)) {
                assert.match(
                    job.if,
                    /head\.repo\.full_name == github\.repository|!github\.event\.repository\.fork/,
                );
                const conditions = job.steps.flatMap((step) => step.if ?? []);
                assert.deepEqual(
                    conditions.filter((condition) => condition !== "${{ !cancelled() }}"),
                    [],
                );
            }
        }
        const closed = workflow("github/preview.yml").jobs;
        for (const job of Object.values(closed)) {
            assert.match(job.if, /user\.login != 'dependabot\[bot\]'/);
        }
        assert.doesNotMatch(FILES.get(GITLAB_FILE) ?? "", /after_script/);
        for (const [name, job] of Object.entries(gitlab())) {
            assert.ok(job.script === undefined || job.timeout !== undefined, name);
        }
    });

    it("show secrets to the steps that need them, and to no step that installs or fetches", () => {
        for (const file of GITHUB_FILES) {
            const { env, jobs } = workflow(file);
            assert.doesNotMatch(JSON.stringify(env), /secrets\.|github\.token/);
            for (const { env: shared, steps } of Object.values(jobs)) {
                assert.equal(shared, undefined);
                const seeing = steps.filter((step) => /secrets\.|github\.token/.test(JSON.stringify(step)));
                assert.ok(seeing.every(({ run = "" }) => run !== "" && !/npm (?:ci|install)/.test(run)));
            }
        }
        for (const text of FILES.values()) {
            assert.doesNotMatch(text, /npm (?:ci|install)(?! --ignore-scripts)/);
        }
    });

    it("stand in one place, and no weaker one in another example", () => {
        const paths = readdirSync(join(REPOSITORY, "examples"), { recursive: true, encoding: "utf8" })
            .filter((path) => /\.ya?ml$/.test(path) && !/node_modules|Pulumi[.\w-]*\.yaml$/.test(path))
            .map((path) => path.replaceAll("\\", "/"));
        assert.deepEqual(paths.sort(), [GITLAB_FILE, ...GITHUB_FILES].map((file) => `ci/${file}`).sort());
    });

    it("never destroy a Droplet past a stack, unless a person gives its id", () => {
        for (const [file, text] of FILES) {
            const destroys = [...text.matchAll(/droplet-teardown destroy /g)];
            assert.equal(destroys.length, file === "github/nightly-sweep.yml" ? 1 : 0, file);
            assert.doesNotMatch(text, /--policy destroy|always\(\)/);
        }
    });
});
