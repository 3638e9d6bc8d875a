import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { TOKEN, type EngineWorld } from "../support/engine-world.js";
import { gitlabSteps, githubSteps, runSteps, type Ran, type ShellStep } from "../support/pipeline.js";
import { gitlabEnv, runnerEnv, writeTools, type Requests } from "../support/pipeline-tools.js";
import { scenarios } from "../support/scenarios.js";

const PREVIEW = "github/preview.yml";

/** A Droplet whose name is its stack's. */
const program = (policy: string): string => `
const pulumi = require("@pulumi/pulumi");
const { Droplet } = require("pulumi-droplet-teardown");
new Droplet("web", {
    name: "web-" + pulumi.getStack(), image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb",
    teardown: { policy: ${policy} },
});
`;

const onGithub = (number: string): Readonly<Record<string, string>> => ({
    "github.event.pull_request.number": number,
    "github.token": "forge-token",
    "secrets.DIGITALOCEAN_TOKEN": TOKEN,
    "secrets.PULUMI_ACCESS_TOKEN": "pulumi-token",
});

interface Runner {
    readonly folder: string;
    run(steps: readonly ShellStep[], env?: NodeJS.ProcessEnv): Promise<Ran[]>;
}

/** A runner that has checked the world's project out. */
async function runnerFor({ project }: EngineWorld, requests: Requests = {}): Promise<Runner> {
    const folder = join(project.folder, "runner");
    await mkdir(folder);
    await writeTools(folder, requests);
    // The steps that need a token bring it.
    const env: NodeJS.ProcessEnv = {
        ...project.environment(),
        ...runnerEnv(folder),
        DIGITALOCEAN_TOKEN: undefined,
        // They select their stacks.
        PULUMI_STACK: undefined,
    };
    const PATH = [folder, env.PATH].join(delimiter);
    return {
        folder,
        run: (steps, more) => runSteps(steps, project.folder, { ...env, PATH, ...more }),
    };
}

function codes(ran: readonly Ran[], expected: readonly number[]): void {
    assert.deepEqual(
        ran.map(({ code }) => code),
        expected,
        ran.map(({ output }) => output).join("\n"),
    );
}

const printed = (ran: readonly Ran[]): string => ran.map(({ output }) => output).join("\n");

scenarios("the pipelines on a real engine", {
    "bring a preview up, and leave nothing of it when it is closed": {
        name: "my-app",
        program: program(`"destroy"`),
        tell: async (world) => {
            const runner = await runnerFor(world);
            const up = githubSteps(PREVIEW, "up", onGithub("7"));
            const destroy = githubSteps(PREVIEW, "destroy", onGithub("7"));
            codes(await runner.run(up), [0, 0]);
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            codes(await runner.run(destroy), [0, 0, 0, 0]);
            assert.deepEqual(world.left(), []);
            assert.match(await readFile(join(runner.folder, "summary.md"), "utf8"), /nightly/);
            assert.match(printed(await runner.run(destroy)), /There is no stack preview-7/);
        },
    },

    "fail where the policy prevents a destroy, and destroy nothing past it": {
        name: "my-app",
        program: program(`{ default: "destroy", snapshots: "prevent" }`),
        tell: async (world) => {
            const runner = await runnerFor(world);
            const env = { ...gitlabEnv(runner.folder, TOKEN), CI_MERGE_REQUEST_IID: "7" };
            codes(await runner.run(gitlabSteps("preview"), env), [0]);
            world.simulator.panel.takeSnapshot(world.dropletId(), "nightly");
            codes(await runner.run(gitlabSteps("stop preview"), env), [1]);
            const ran = await runner.run(githubSteps(PREVIEW, "destroy", onGithub("7")));
            assert.deepEqual([ran.length, ran[3]?.code], [4, 1], printed(ran));
            assert.match(printed(ran), /the policy prevents it while there is snapshot nightly/);
            assert.match(printed(ran), /Droplets of preview-7 are still there/);
            assert.deepEqual(world.left(), ["droplets", "snapshots", "tags"]);
            assert.doesNotMatch(world.destroyRequests().join(), /DELETE|selective/);
        },
    },

    "sweep a closed preview, and leave an open one": {
        name: "my-app",
        alsoShownBy: "test/process/pipeline-steps runs the same steps with a stand-in for the engine",
        program: program(`"destroy"`),
        tell: async (world) => {
            const runner = await runnerFor(world, { 7: "closed", 8: "open" });
            for (const number of ["7", "8"]) {
                codes(await runner.run(githubSteps(PREVIEW, "up", onGithub(number))), [0, 0]);
            }
            codes(
                await runner.run(githubSteps("github/nightly-sweep.yml", "sweep", onGithub("0"))),
                [0, 0, 0, 0, 0],
            );
            assert.deepEqual(
                world.simulator.state().droplets.map(({ name }) => name),
                ["web-preview-8"],
            );
        },
    },
});
