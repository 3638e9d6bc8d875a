import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { parse } from "yaml";

import { TOKEN } from "../support/cli-process.js";
import { findBlocks } from "../support/doc-pages.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import {
    runJob,
    type GithubJob,
    type GithubRunner,
    type GithubStep,
    type Workflow,
} from "../support/github-runner.js";
import { withTools, writeTools } from "../support/pipeline-tools.js";
import { servedFolder } from "../support/served-folder.js";
import { runShell } from "../support/shell-step.js";

const PAGE = "docs/pipelines.md";
const page = readFileSync(join(REPOSITORY, PAGE), "utf8");
const blocks = findBlocks(PAGE, page);
const SECRETS = { "secrets.DIGITALOCEAN_TOKEN": TOKEN };

/** The only block that has the text. */
function blockWith(mark: string): string {
    const found = blocks.filter(({ text }) => text.includes(mark));
    assert.equal(found.length, 1, mark);
    return found[0]?.text ?? "";
}

describe("the recipes for pipelines", function () {
    this.timeout(60_000);
    const { simulator, url, folder } = servedFolder();
    const runner = (): GithubRunner => ({
        ...{ url: url(), folder: folder() },
        env: { PATH: withTools(folder()), HOME: folder(), DIGITALOCEAN_API_URL: url() },
    });
    before(() => writeTools(folder(), {}));

    it("destroy after an approval exactly what was planned", async () => {
        const { jobs } = parse(blockWith("needs: plan")) as Workflow;
        const { plan, destroy } = jobs;
        assert.ok(plan !== undefined && destroy !== undefined);
        assert.equal(destroy.environment, "teardown");
        assert.equal((destroy as { needs?: string }).needs, "plan");
        const tags = ["preview-42"];
        simulator.panel.createDroplet("planned", { tags });
        const codes = async (job: GithubJob): Promise<unknown> =>
            (await runJob(job, SECRETS, runner())).map(({ code }) => code);
        assert.deepEqual(await codes(plan), [0]);
        const { id } = simulator.panel.createDroplet("later", { tags });
        // What the reviewers have not seen is not destroyed, and is not passed over in silence.
        assert.deepEqual(await codes(destroy), [5]);
        simulator.panel.deleteDroplet(id);
        assert.deepEqual(await codes(destroy), [0]);
        assert.deepEqual(simulator.state().droplets, []);
    });

    it("send a message of the report, by a step that sees no token of DigitalOcean", async () => {
        const { id } = simulator.panel.createDroplet("web");
        const use = blockWith("or plan, orphans").replace("web-42 db-42", String(id));
        const steps = [
            ...(parse(use) as GithubStep[]),
            ...(parse(blockWith("SLACK_WEBHOOK_URL")) as GithubStep[]),
        ];
        const [, message] = steps;
        assert.deepEqual(Object.keys(message?.env ?? {}), ["REPORT", "WEBHOOK"]);
        assert.doesNotMatch(JSON.stringify(message), /DIGITALOCEAN/);
        const got: string[] = [];
        const webhook = createServer((request, response) => {
            request.on("data", (chunk: Buffer) => got.push(chunk.toString()));
            request.on("end", () => response.end("ok"));
        });
        await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
        const { port } = webhook.address() as AddressInfo;
        const context = { ...SECRETS, "secrets.SLACK_WEBHOOK_URL": `http://127.0.0.1:${port}/` };
        const ran = await runJob({ "timeout-minutes": 1, steps }, context, runner()).finally(() =>
            webhook.close(),
        );
        assert.deepEqual(
            ran.map(({ code }) => code),
            [0, 0],
            ran.map(({ output }) => output).join("\n"),
        );
        assert.deepEqual(JSON.parse(got.join("")), { text: "web: destroyed, $0.00/month remain" });
    });

    it("take the token from Pulumi ESC, for the command and for a stack", async () => {
        const { values } = parse(blockWith("fn::secret")) as {
            readonly values: {
                readonly token: { readonly "fn::secret": string };
                readonly environmentVariables: object;
                readonly pulumiConfig: object;
            };
        };
        assert.match(values.token["fn::secret"], /^dop_v1_/);
        assert.deepEqual(values.environmentVariables, { DIGITALOCEAN_TOKEN: "${token}" });
        assert.deepEqual(values.pulumiConfig, { "digitalocean:token": "${token}" });
        const command = blockWith("pulumi env run");
        const { env } = runner();
        const without = await runShell(command, folder(), { ...env, ESC_TOKEN: "" });
        assert.equal(without.code, 6, without.output);
        const { code, output } = await runShell(command, folder(), { ...env, ESC_TOKEN: TOKEN });
        assert.equal(code, 0, output);
    });
});
