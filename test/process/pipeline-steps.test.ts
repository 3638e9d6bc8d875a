import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import type { Simulator } from "../../simulator/index.js";
import { TOKEN } from "../support/cli-process.js";
import { githubSteps, gitlabSteps, runSteps, type Ran, type ShellStep } from "../support/pipeline.js";
import { gitlabEnv, runnerEnv, writeTools, type Requests } from "../support/pipeline-tools.js";
import { inServedFolder } from "../support/served-folder.js";

const SWEEP = "github/nightly-sweep.yml";

const VALUES = {
    "github.event.pull_request.number": "7",
    "github.token": "forge-token",
    "secrets.DIGITALOCEAN_TOKEN": TOKEN,
    "secrets.PULUMI_ACCESS_TOKEN": "pulumi-token",
};

interface World {
    readonly simulator: Simulator;
    readonly folder: string;
    run(steps: readonly ShellStep[], env?: NodeJS.ProcessEnv): Promise<Ran[]>;
    lines(file: "calls" | "npm-saw"): Promise<string[]>;
}

/** Droplets of a stack that is there no more carry its tag; two a page, so that tags are on several pages. */
async function inWorld(
    stacks: Readonly<Record<string, string>>,
    requests: Requests,
    story: (world: World) => Promise<void>,
): Promise<void> {
    await inServedFolder(async ({ simulator, url, folder }) => {
        await writeTools(folder, requests, stacks);
        await story({
            simulator,
            folder,
            run: (steps, env) =>
                runSteps(steps, folder, {
                    PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter),
                    DIGITALOCEAN_API_URL: url,
                    ...runnerEnv(folder),
                    ...env,
                }),
            lines: async (file) =>
                (await readFile(join(folder, file), "utf8")).split("\n").filter((line) => line !== ""),
        });
    });
}

const printed = (ran: readonly Ran[]): string => ran.map(({ output }) => output).join("\n");
const codes = (ran: readonly Ran[]): (number | null)[] => ran.map(({ code }) => code);

const STACKS = { "preview-7": "", "preview-8": "", "preview-9": "", "preview-10": "refuses", production: "" };
const DESTROYS = ["7", "10", "10"].map((number) => `preview-${number}`);

/** 8 is open, 9 cannot be looked up, 10 is closed and refuses, the stack of 11 is lost. */
async function sweeps(
    closed: string,
    open: string,
    steps: readonly ShellStep[],
    env: (folder: string) => NodeJS.ProcessEnv,
): Promise<void> {
    await inWorld(STACKS, { 7: closed, 8: open, 10: closed }, async (world) => {
        const { panel } = world.simulator;
        panel.createDroplet("open", { tags: ["teardown:my-app:preview-8"] });
        const lost = panel.createDroplet("lost", { tags: ["teardown:my-app:preview-11"] });
        panel.createDroplet("other", { tags: ["teardown:my-app-2:preview-12"] });
        for (let number = 0; number < 210; number += 1) {
            panel.createTag(`a-tag-${number}`);
        }
        const ran = await world.run(steps, env(world.folder));
        const calls = await world.lines("calls");
        assert.deepEqual(
            calls.flatMap((call) => /destroy .* (\S+)$/.exec(call)?.[1] ?? []).sort(),
            [...DESTROYS].sort(),
        );
        assert.match(printed(ran), /preview-10 could not be destroyed/);
        assert.match(printed(ran), /preview-9 stays, because its \w+ request could not be looked up/);
        assert.match(printed(ran), new RegExp(`No stack has the Droplets of preview-11: ${lost.id}\\.`));
        assert.doesNotMatch(printed(ran), /Droplets of preview-(?!11)/);
        assert.equal(world.simulator.state().droplets.length, 3);
        assert.notEqual(ran[0]?.code, undefined);
        assert.ok(ran.some(({ code }) => code !== 0));
        assert.ok(calls.includes("npm ci --ignore-scripts"));
        assert.doesNotMatch((await world.lines("npm-saw")).join(" "), /TOKEN/);
    });
}

describe("the shell steps of the pipelines", function () {
    this.timeout(60_000);

    before(function () {
        if (process.platform === "win32") {
            this.skip();
        }
    });

    it("on GitHub, sweep the stacks of closed pull requests and report Droplets that no stack has", () =>
        sweeps("closed", "open", githubSteps(SWEEP, "sweep", VALUES), () => ({})));

    it("on GitLab, sweep the stacks of closed merge requests and report Droplets that no stack has", () =>
        sweeps("merged", "opened", gitlabSteps("sweep"), (folder) => gitlabEnv(folder, TOKEN)));

    it("end green where every stack is gone and nothing is left", async () => {
        await inWorld({ "preview-7": "" }, { 7: "closed" }, async (world) => {
            const ran = await world.run(githubSteps(SWEEP, "sweep", VALUES));
            assert.deepEqual(codes(ran), [0, 0, 0, 0, 0], printed(ran));
        });
        await inWorld({ "preview-7": "" }, {}, async (world) => {
            const env = { ...gitlabEnv(world.folder, TOKEN), CI_MERGE_REQUEST_IID: "7" };
            const ran = await world.run(gitlabSteps("stop preview"), env);
            assert.deepEqual(codes(ran), [0], printed(ran));
        });
    });

    it("fail where a stack is gone and its Droplet is not, and leave it alone", async () => {
        const destroy = githubSteps("github/preview.yml", "destroy", VALUES);
        await inWorld({ "preview-7": "" }, {}, async (world) => {
            world.simulator.panel.createDroplet("web-7", { tags: ["teardown:my-app:preview-7"] });
            const ran = await world.run(destroy);
            assert.deepEqual(codes(ran), [0, 0, 0, 1], printed(ran));
            assert.match(printed(ran), /::error::Droplets of preview-7 are still there/);
            assert.match(await readFile(join(world.folder, "summary.md"), "utf8"), /web-7/);
            const gitlabRan = await world.run(gitlabSteps("stop preview"), {
                ...gitlabEnv(world.folder, TOKEN),
                CI_MERGE_REQUEST_IID: "7",
            });
            assert.deepEqual(codes(gitlabRan), [1], printed(gitlabRan));
            assert.equal(world.simulator.state().droplets.length, 1);
        });
    });

    describe("with ids from a person", () => {
        const inputs = (droplets: string, confirm: string, stack: string): ShellStep[] =>
            githubSteps(SWEEP, "destroy-droplets", {
                ...VALUES,
                "inputs.droplets": droplets,
                "inputs.confirm": confirm,
                "inputs.stack": stack,
                "inputs.policy": "destroy",
            });

        it("destroy exactly these, and refuse what is not confirmed, not lost, or another stack's", async () => {
            await inWorld({ "preview-8": "" }, {}, async (world) => {
                const { panel } = world.simulator;
                const tags = ["teardown:my-app:preview-7"];
                const [first, second] = [
                    panel.createDroplet("a", { tags }),
                    panel.createDroplet("b", { tags }),
                ];
                const foreign = panel.createDroplet("c", { tags: ["teardown:my-app:preview-8"] });
                const id = String(first.id);
                for (const [droplets, confirm, stack, said] of [
                    [id, "", "preview-7", /differ from the confirmation/],
                    ["a", "a", "preview-7", /Only ids/],
                    [id, id, "preview-8", /The stack preview-8 is there/],
                    [id, id, "production", /Not the stack of a preview/],
                ] as const) {
                    const ran = await world.run(inputs(droplets, confirm, stack));
                    assert.deepEqual(codes(ran), [0, 5], printed(ran));
                    assert.match(printed(ran), said);
                }
                const other = String(foreign.id);
                const refused = await world.run(inputs(other, other, "preview-7"));
                assert.deepEqual(codes(refused), [0, 0, 5], printed(refused));
                assert.equal(world.simulator.state().droplets.length, 3);

                const done = await world.run(inputs(id, id, "preview-7"));
                assert.deepEqual(codes(done), [0, 0, 0], printed(done));
                assert.deepEqual(
                    world.simulator.state().droplets.map((droplet) => droplet.id),
                    [second.id, foreign.id],
                );
            });
        });
    });
});
