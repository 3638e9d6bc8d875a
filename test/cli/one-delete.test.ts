import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliWorld } from "../support/cli-world.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { personalToken } from "../support/teardown-world.js";

const PAGE = join(REPOSITORY, "docs", "one-delete.md");
const BLOCK = /```text\n[^]*?```\n/;

describe("docs/one-delete.md", () => {
    it("shows what one destroy prints, request by request", async () => {
        const world = new CliWorld({ destroyDurationMs: 20_000, roundTripMs: 150 });
        const { panel } = world.simulator;
        const { id } = panel.createDroplet("web-1");
        panel.takeSnapshot(id, "nightly");
        panel.attachVolume(panel.createVolume("data").id, id);
        const env = { DIGITALOCEAN_TOKEN: personalToken("c11"), DROPLET_TEARDOWN_DEBUG: "1" };
        const args = "destroy web-1 --yes --policy destroy --policy volumes=keep";
        const ran = await world.run(args, { env });
        assert.equal(ran.code, 0);
        const block = `\`\`\`text\n$ droplet-teardown ${args}\n${ran.stderr}${ran.stdout}\`\`\`\n`;
        const page = readFileSync(PAGE, "utf8");
        if (process.env.UPDATE_PAGES === "1") {
            writeFileSync(
                PAGE,
                page.replace(BLOCK, () => block),
            );
        }
        assert.ok(readFileSync(PAGE, "utf8").includes(block), block);
    });
});
