import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { toProgram } from "../support/droplet-program.js";
import { TOKEN, type EngineWorld } from "../support/engine-world.js";
import { runJob, workflow, pipelineText, type GithubRunner } from "../support/github-runner.js";
import { GITLAB_FILE, gitlabJobs, runGitlabJob } from "../support/gitlab-runner.js";
import { withTools, writeTools } from "../support/pipeline-tools.js";
import { scenarios } from "../support/scenarios.js";
import type { Ran } from "../support/shell-step.js";

/** A Droplet whose name is its stack's. */
const program = (policy: string): string =>
    toProgram(`
        new Droplet("web", { ...spec, name: "web-" + pulumi.getStack(), teardown: { policy: ${policy} } });
    `);

const onGithub = (action: string): Readonly<Record<string, string>> => ({
    "github.event.action": action,
    "github.event.number": "7",
    "github.repository": "owner/name",
    "github.event.pull_request.head.repo.full_name": "owner/name",
    "github.event.pull_request.user.login": "somebody",
    "secrets.DIGITALOCEAN_TOKEN": TOKEN,
    "secrets.PULUMI_ACCESS_TOKEN": "pulumi-token",
});

/** A runner that has checked the world's project out. */
async function runnerFor({ project, server }: EngineWorld): Promise<GithubRunner> {
    const tools = join(project.folder, "runner");
    await mkdir(tools);
    await writeTools(tools);
    // The steps that need a token bring it, and select their stacks.
    const own: NodeJS.ProcessEnv = {
        ...{ ...project.environment(), DIGITALOCEAN_TOKEN: undefined, PULUMI_STACK: undefined },
    };
    const env = { ...own, PATH: withTools(tools, own.PATH) };
    return { url: server.url, folder: project.folder, env };
}

async function onPullRequest(action: string, runner: GithubRunner): Promise<readonly Ran[]> {
    const job = workflow("github/preview.yml").jobs.preview ?? assert.fail("there is no such job");
    return runJob(job, onGithub(action), runner);
}

const printed = (ran: readonly Ran[]): string => ran.map(({ output }) => output).join("\n");

function codes(ran: readonly Ran[], expected: readonly number[]): void {
    assert.deepEqual(
        ran.map(({ code }) => code),
        expected,
        printed(ran),
    );
}

scenarios("the pipelines on a real engine", {
    "bring a preview up, and leave nothing of it when it is closed": {
        name: "my-app",
        program: program(`"destroy"`),
        tell: async (world) => {
            const runner = await runnerFor(world);
            codes(await onPullRequest("opened", runner), [0, 0]);
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            const closed = await onPullRequest("closed", runner);
            codes(closed, [0, 0, 0]);
            assert.deepEqual(world.left(), []);
            // In the summary.
            assert.match(printed(closed), /nightly/);
            assert.match(printed(await onPullRequest("closed", runner)), /There is no stack preview-7/);
        },
    },

    "fail where the policy prevents a destroy, and destroy nothing past it": {
        name: "my-app",
        program: program(`{ default: "destroy", snapshots: "prevent" }`),
        tell: async (world) => {
            const runner = await runnerFor(world);
            const jobs = gitlabJobs(pipelineText(GITLAB_FILE));
            const gitlab = {
                ...{ ...runner.env, GITLAB_CI: "true", CI_PROJECT_DIR: runner.folder },
                ...{
                    CI_MERGE_REQUEST_IID: "7",
                    DIGITALOCEAN_TOKEN: TOKEN,
                    PULUMI_ACCESS_TOKEN: "pulumi-token",
                },
            };
            const run = (name: string): Promise<Ran> =>
                runGitlabJob(name, jobs[name] ?? {}, runner.folder, gitlab);
            codes([await run("preview")], [0]);
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            const stopped = await run("stop preview");
            assert.ok(stopped.code !== 0 && stopped.code !== null, stopped.output);
            const ran = await onPullRequest("closed", runner);
            assert.deepEqual(
                [ran.length, ran[0]?.code, ran[2]?.code, ran[3]?.code],
                [4, 0, 0, 1],
                printed(ran),
            );
            assert.notEqual(ran[1]?.code, 0);
            assert.match(printed(ran), /the policy prevents it while there is snapshot nightly/);
            assert.match(printed(ran), /Droplets are still there/);
            assert.deepEqual(world.left(), ["droplets", "snapshots", "tags"]);
            assert.doesNotMatch(world.destroyRequests().join(), /DELETE|selective/);
        },
    },
});
