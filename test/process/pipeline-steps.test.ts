import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Simulator } from "../../simulator/index.js";
import { TOKEN } from "../support/cli-process.js";
import { reportIn } from "../support/cli-world.js";
import { runJob, workflow, pipelineText, type GithubRunner } from "../support/github-runner.js";
import { GITLAB_FILE, gitlabJobs, parseJobs, runGitlabJob } from "../support/gitlab-runner.js";
import { withTools, writeTools } from "../support/pipeline-tools.js";
import { inServedFolder } from "../support/served-folder.js";
import type { Ran } from "../support/shell-step.js";

const SECRETS = { "secrets.DIGITALOCEAN_TOKEN": TOKEN, "secrets.PULUMI_ACCESS_TOKEN": "pulumi-token" };
const PULL_REQUEST = {
    ...SECRETS,
    "github.event.number": "7",
    "github.repository": "owner/name",
    "github.event.pull_request.head.repo.full_name": "owner/name",
    "github.event.pull_request.user.login": "somebody",
};

interface World {
    readonly simulator: Simulator;
    readonly runner: GithubRunner;
    readonly lines: (file: "calls" | "npm-saw") => Promise<string[]>;
}

async function inWorld(
    stacks: Readonly<Record<string, string>>,
    story: (world: World) => Promise<void>,
): Promise<void> {
    await inServedFolder(async ({ simulator, url, folder }) => {
        await writeTools(folder, stacks);
        const env = {
            PATH: withTools(folder),
            ...{ HOME: folder, DIGITALOCEAN_API_URL: url, CI_PROJECT_DIR: folder },
        };
        await story({
            simulator,
            runner: { url, folder, env },
            lines: async (file) =>
                (await readFile(join(folder, file), "utf8")).split("\n").filter((line) => line !== ""),
        });
    });
}

const printed = (ran: readonly Ran[]): string => ran.map(({ output }) => output).join("\n");
const codes = (ran: readonly Ran[]): (number | null)[] => ran.map(({ code }) => code);
const job = (file: string, name: string): NonNullable<ReturnType<typeof workflow>["jobs"][string]> =>
    workflow(file).jobs[name] ?? assert.fail(`${file} has no job ${name}`);

describe("the pipelines in examples/ci, step by step", function () {
    this.timeout(60_000);

    it("destroy a preview on GitHub, and fail while Droplets of it are there", async () => {
        await inWorld({ "preview-7": "refuses", "preview-8": "" }, async ({ simulator, runner, lines }) => {
            simulator.panel.createDroplet("left", { tags: ["teardown:my-app:preview-7"] });
            const preview = job("github/preview.yml", "preview");
            const closed = { ...PULL_REQUEST, "github.event.action": "closed" };
            const ran = await runJob(preview, closed, runner);
            assert.deepEqual(codes(ran), [0, 255, 0, 1], printed(ran));
            assert.match(printed(ran), /Droplets are still there/);
            const gone = await runJob(preview, { ...closed, "github.event.number": "8" }, runner);
            assert.deepEqual(codes(gone), [0, 0, 0], printed(gone));
            const destroy = (number: string): string =>
                `pulumi destroy --yes --non-interactive --stack=preview-${number} --remove`;
            assert.deepEqual(
                (await lines("calls")).filter((line) => line.startsWith("pulumi destroy")),
                [destroy("7"), destroy("7"), destroy("8")],
            );
        });
    });

    it("bring a preview up on GitHub, and nothing for a fork and for Dependabot", async () => {
        await inWorld({}, async ({ runner, lines }) => {
            const preview = job("github/preview.yml", "preview");
            const opened = { ...PULL_REQUEST, "github.event.action": "opened" };
            assert.deepEqual(codes(await runJob(preview, opened, runner)), [0, 0]);
            const fork = { "github.event.pull_request.head.repo.full_name": "other/name" };
            const bot = { "github.event.pull_request.user.login": "dependabot[bot]" };
            for (const stranger of [fork, bot]) {
                assert.deepEqual(await runJob(preview, { ...opened, ...stranger }, runner), []);
            }
            assert.deepEqual(await lines("calls"), [
                "npm ci --ignore-scripts",
                "pulumi stack select --create preview-7",
                "pulumi up --yes --refresh --stack preview-7",
            ]);
        });
    });

    it("list orphans at night, and destroy by id only what carries the tag of the lost stack", async () => {
        await inWorld({}, async ({ simulator, runner }) => {
            const known = { ...SECRETS, "github.event.repository.fork": "false" };
            const night = { ...known, "github.event_name": "schedule" };
            assert.deepEqual(
                codes(await runJob(job("github/nightly-sweep.yml", "orphans"), night, runner)),
                [0],
            );
            const lost = simulator.panel.createDroplet("lost", { tags: ["teardown:my-app:preview-9"] }).id;
            const other = simulator.panel.createDroplet("other", { tags: ["teardown:my-app:preview-8"] }).id;
            const byHand = {
                ...known,
                "github.event_name": "workflow_dispatch",
                "inputs.droplets": `${lost} ${other}`,
                "inputs.policy": "keep",
                "inputs.stack": "preview-9",
            };
            const sweep = job("github/nightly-sweep.yml", "destroy");
            assert.equal(sweep.environment, "teardown");
            assert.deepEqual(codes(await runJob(sweep, byHand, runner)), [5]);
            assert.deepEqual(
                simulator.state().droplets.map(({ name }) => name),
                ["other"],
            );
            const hostile = { ...byHand, "inputs.droplets": "$(touch pwned); 1" };
            assert.notDeepEqual(codes(await runJob(sweep, hostile, runner)), [0]);
            await assert.rejects(access(join(runner.folder, "pwned")));
        });
    });

    it("do on GitLab the same, with the jobs of the components", async () => {
        await inWorld({ "preview-7": "" }, async ({ runner: { folder, env }, lines }) => {
            const jobs = gitlabJobs(pipelineText(GITLAB_FILE));
            assert.deepEqual(Object.keys(jobs).sort(), ["orphans", "preview", "stop preview"]);
            assert.equal(jobs.preview?.environment?.on_stop, "stop preview");
            assert.equal(jobs["stop preview"]?.environment?.action, "stop");
            const gitlab = {
                ...{ ...env, GITLAB_CI: "true", CI_MERGE_REQUEST_IID: "7" },
                ...{ DIGITALOCEAN_TOKEN: TOKEN, PULUMI_ACCESS_TOKEN: "pulumi-token" },
            };
            for (const name of ["preview", "stop preview", "orphans"]) {
                const { code, output } = await runGitlabJob(name, jobs[name] ?? {}, folder, gitlab);
                assert.equal(code, 0, output);
            }
            assert.ok(
                (await lines("calls")).includes(
                    "pulumi destroy --yes --non-interactive --stack=preview-7 --remove",
                ),
            );
            assert.match(await readFile(join(folder, "teardown.env"), "utf8"), /^TEARDOWN_EXIT_CODE=0$/m);
        });
    });

    it("show the tokens to no npm", async () => {
        await inWorld({ "preview-7": "" }, async ({ runner, lines }) => {
            await runJob(
                job("github/preview.yml", "preview"),
                { ...PULL_REQUEST, "github.event.action": "opened" },
                runner,
            );
            const env = { ...runner.env, DIGITALOCEAN_TOKEN: TOKEN, PULUMI_ACCESS_TOKEN: "pulumi-token" };
            for (const [name, one] of Object.entries(gitlabJobs(pipelineText(GITLAB_FILE)))) {
                await runGitlabJob(name, one, runner.folder, { ...env, CI_MERGE_REQUEST_IID: "7" });
            }
            const saw = await lines("npm-saw");
            assert.ok(saw.includes("PATH"));
            assert.deepEqual(
                saw.filter((name) => name.includes("TOKEN")),
                [],
            );
        });
    });
});

describe("the GitLab component", function () {
    this.timeout(60_000);

    it("takes hostile inputs for text, and its job has the exit code of the command", async () => {
        const hostile = [
            `"; touch pwned; "`,
            `' $(touch pwned) '`,
            "`touch pwned`",
            "$(touch${IFS}pwned)",
            "a\nb",
        ];
        await inWorld({}, async ({ simulator, runner: { folder, env } }) => {
            const { id } = simulator.panel.createDroplet("web");
            const gitlab = { ...env, GITLAB_CI: "true", DIGITALOCEAN_TOKEN: TOKEN };
            const run = async (inputs: Readonly<Record<string, string>>): Promise<Ran> => {
                const [[name, one] = ["", {}]] = Object.entries(parseJobs("run.yml", inputs));
                return runGitlabJob(name, one, folder, gitlab);
            };
            for (const text of hostile) {
                const given = {
                    command: "destroy",
                    droplets: text,
                    "tag-name": text,
                    policy: text,
                    keep: text,
                };
                const { code, output } = await run({ ...given, job: text, out: "" });
                assert.equal(code, 2, output);
            }
            await assert.rejects(access(join(folder, "pwned")));
            const refused = await run({
                command: "destroy",
                droplets: String(id),
                policy: "destroy",
                "require-tag": "mine",
            });
            assert.equal(refused.code, 5, refused.output);
            const report = reportIn(await readFile(join(folder, "teardown.json"), "utf8"));
            assert.equal(report.droplets[0]?.outcome, "refused");
            assert.throws(() => parseJobs("run.yml", { command: "pulumi-destroy" }), /command is none of/);
        });
    });

    it("fails with 6 where there is no token", async () => {
        await inWorld({}, async ({ runner: { folder, env } }) => {
            const { "droplet-teardown": one = {} } = parseJobs("run.yml", { command: "orphans" });
            const { code, output } = await runGitlabJob("orphans", one, folder, {
                ...env,
                GITLAB_CI: "true",
            });
            assert.equal(code, 6);
            assert.match(output, /^error: There is no DigitalOcean token/m);
        });
    });
});
