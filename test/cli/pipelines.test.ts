import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { OPTIONS } from "../../action/command.js";
import { createProgram } from "../../cli/arguments/program.js";
import { CliWorld } from "../support/cli-world.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { ACTION, GITHUB_FILES, OWN_ACTION, pipelineText, workflow } from "../support/github-runner.js";
import { COMPONENTS, GITLAB_FILE, gitlabJobs, parseJobs, type GitlabJob } from "../support/gitlab-runner.js";

const PAGES = ["examples/ci/README.md", "docs/pipelines.md"];
const MAX_LINES = 40;
const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as { version: string };

const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");
const FILES = new Map([...GITHUB_FILES, GITLAB_FILE].map((file) => [file, pipelineText(file)]));
const templates = [...COMPONENTS.keys()].map((file) => read(`templates/${file}`));
const pages = PAGES.map(read);

/** Options of the command line that a step has no input for: it sets them itself. */
const SET_BY_THE_STEP = ["yes", "json", "output", "report", "summary", "help", "version"];

/** The jobs of the components, with the values of inputs that have no default. */
function componentJobs(): GitlabJob[] {
    const needed = { "run.yml": { command: "plan" }, "destroy-stack.yml": { stack: "s", environment: "e" } };
    return Object.entries(needed).flatMap(([file, inputs]) => Object.values(parseJobs(file, inputs)));
}

describe("the action and the GitLab components", () => {
    it("have an input for every option of the command line that a step does not set itself", () => {
        for (const command of createProgram(() => undefined).commands) {
            const options = command.options.map(({ long }) => (long ?? "").replace(/^--/, ""));
            const known = Object.keys(OPTIONS[command.name()] ?? {});
            assert.deepEqual(
                options.filter((name) => !known.includes(name) && !SET_BY_THE_STEP.includes(name)),
                [],
                command.name(),
            );
            assert.deepEqual(
                known.filter((name) => !options.includes(name)),
                [],
                command.name(),
            );
        }
    });

    it("describe the same inputs as the step reads", () => {
        const options = Object.values(OPTIONS).flatMap((known) => Object.keys(known));
        const own = ["command", "droplets", "stack", "remove", "working-directory"];
        const github = ["token", "comment", "github-token"];
        assert.deepEqual(
            Object.keys(ACTION.inputs).sort(),
            [...new Set([...options, ...own, ...github])].sort(),
        );
        const run = COMPONENTS.get("run.yml")?.inputs ?? {};
        const ofJob = ["job", "stage", "image", "rules", "job-timeout"];
        assert.deepEqual(
            Object.keys(run).sort(),
            [...new Set([...options, "command", "droplets", ...ofJob])].sort(),
        );
        for (const [name, { inputs }] of COMPONENTS) {
            for (const input of Object.keys(inputs).filter(
                (one) => !ofJob.includes(one) && one !== "environment",
            )) {
                const variable = `INPUT_${input.toUpperCase().replaceAll("-", "_")}: $[[ inputs.${input} ]]`;
                assert.ok(read(`templates/${name}`).includes(`    ${variable}\n`), variable);
            }
        }
        assert.deepEqual(Object.keys(ACTION.outputs), ["exit-code", "cost-remaining", "report"]);
    });

    it("write no input into a script", () => {
        for (const { before_script: before = [], script = [] } of componentJobs()) {
            assert.doesNotMatch([...before, ...script].join("\n"), /\$\[\[/);
        }
        for (const text of templates) {
            const [, scripts = ""] = /^ {2}before_script:\n([^]*?)^ {2}artifacts:/m.exec(text) ?? [];
            assert.ok(scripts.includes("exec droplet-teardown-step"));
            assert.doesNotMatch(scripts, /\$\[\[/);
        }
        for (const file of GITHUB_FILES) {
            const runs = Object.values(workflow(file).jobs).flatMap(({ steps }) =>
                steps.map(({ run = "" }) => run),
            );
            assert.doesNotMatch(runs.join("\n"), /\$\{\{/);
        }
    });

    it("keep reports whatever happens, and are not cancelled by another pipeline", () => {
        for (const { artifacts, interruptible, timeout, script = [] } of componentJobs()) {
            assert.equal(artifacts?.when, "always");
            assert.deepEqual(artifacts.reports, { dotenv: "teardown.env" });
            assert.equal(interruptible, false);
            assert.ok(timeout !== undefined);
            assert.equal(script.at(-1), "exec droplet-teardown-step");
        }
        assert.doesNotMatch(templates.join("\n"), /^ *after_script:|allow_failure/m);
    });

    it("know no input that turns a failure green", () => {
        const inputs = [
            ...Object.keys(ACTION.inputs),
            ...[...COMPONENTS.values()].flatMap((one) => Object.keys(one.inputs)),
        ];
        assert.deepEqual(
            inputs.filter((name) => /continue|ignore|allow|soft|fail/.test(name) && name !== "fail-if-any"),
            [],
        );
    });
});

describe("the pipelines in examples/ci", () => {
    it(`have fewer than ${MAX_LINES} lines each`, () => {
        for (const [file, text] of FILES) {
            assert.ok(text.split("\n").length <= MAX_LINES, file);
        }
    });

    it("pin every action of others to a commit, and ours and the command line to this version", () => {
        const used = GITHUB_FILES.flatMap((file) =>
            Object.values(workflow(file).jobs).flatMap(({ steps }) =>
                steps.flatMap(({ uses }) => uses ?? []),
            ),
        );
        assert.ok(used.length > 0);
        assert.deepEqual(
            used.filter((action) => !OWN_ACTION.test(action) && !/@[0-9a-f]{40}$/.test(action)),
            [],
        );
        const all = [...FILES.values(), ...templates, ...pages].join("\n");
        const pinned = [
            ...all.matchAll(/npm install --ignore-scripts --global pulumi-droplet-teardown@(\S+)/g),
            ...all.matchAll(/pulumi-droplet-teardown\/action@action-v(\S+)/g),
            ...all.matchAll(/refs\/tags\/action-v([\d.]+)/g),
            ...all.matchAll(/pulumi-droplet-teardown\/v([\d.]+)\/templates/g),
            ...all.matchAll(/ghcr\.io\/\S+:([\d.]+)/g),
        ].map(([, found]) => found);
        assert.ok(pinned.length > 10);
        assert.deepEqual([...new Set(pinned)], [version]);
    });

    it("never call npx, which keeps signals from the command", () => {
        assert.doesNotMatch(
            [...FILES.values(), ...templates, ...pages].join("\n"),
            /npx (?:--yes )?pulumi-droplet/,
        );
    });

    it("have a recipe for what keeps costing money that agrees with real reports", async () => {
        const [, filter = assert.fail("there is no recipe")] =
            /^jq -e '([^']+)' report\.json$/m.exec(read("docs/pipelines.md")) ?? [];
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

    it("are never run by strangers, and never cancel a run", () => {
        for (const file of GITHUB_FILES) {
            const { on, permissions, concurrency, jobs } = workflow(file);
            assert.ok(!("pull_request_target" in on));
            assert.deepEqual(
                Object.entries(permissions).filter(
                    ([right, access]) => access !== "read" && right !== "pull-requests",
                ),
                [],
            );
            assert.equal(concurrency["cancel-in-progress"], false);
            for (const job of Object.values(jobs)) {
                assert.match(
                    job.if ?? "",
                    /head\.repo\.full_name == github\.repository|!github\.event\.repository\.fork/,
                );
                assert.ok(job["timeout-minutes"] > 0);
                const conditions = job.steps.map((step) => step.if ?? "");
                assert.doesNotMatch(conditions.join(), /always\(\)|failure\(\)/);
            }
        }
        assert.match(workflow("github/preview.yml").jobs.preview?.if ?? "", /login != 'dependabot\[bot\]'/);
        for (const [name, { rules = [] }] of Object.entries(gitlabJobs(pipelineText(GITLAB_FILE)))) {
            const own =
                /merge_request_event" && \$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == \$CI_PROJECT_ID$|"schedule"$/;
            assert.ok(rules.length > 0 && rules.every((rule) => own.test(rule.if ?? "")), name);
        }
    });

    it("show secrets to the steps that need them, and to no step that installs or fetches", () => {
        for (const file of GITHUB_FILES) {
            const { env, jobs } = workflow(file);
            assert.doesNotMatch(JSON.stringify(env ?? {}), /secrets\./);
            for (const { env: shared, steps } of Object.values(jobs)) {
                assert.equal(shared, undefined);
                const seeing = steps.filter((step) => JSON.stringify(step).includes("secrets."));
                assert.ok(
                    seeing.every(
                        ({ run = "", uses }) => uses === undefined || OWN_ACTION.test(uses) || run !== "",
                    ),
                );
                assert.ok(seeing.every(({ run = "" }) => !/npm (?:ci|install)/.test(run)));
            }
        }
        assert.doesNotMatch(
            [...FILES.values(), ...templates].join("\n"),
            /npm (?:ci|install)(?! --ignore-scripts)/,
        );
    });

    it("stand in one place, and no weaker one in another example", () => {
        const paths = readdirSync(join(REPOSITORY, "examples"), { recursive: true, encoding: "utf8" })
            .filter((path) => /\.ya?ml$/.test(path) && !/node_modules|Pulumi[.\w-]*\.yaml$/.test(path))
            .map((path) => path.replaceAll("\\", "/"));
        assert.deepEqual(paths.sort(), [GITLAB_FILE, ...GITHUB_FILES].map((file) => `ci/${file}`).sort());
    });
});
