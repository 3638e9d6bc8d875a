import assert from "node:assert/strict";
import { TeardownWorld } from "../support/teardown-world.js";

const ENV = { DROPLET_TEARDOWN_REPORT: "/out/reports.ndjson", DROPLET_TEARDOWN_SUMMARY: "/out/summary.md" };

describe("a delete in a pipeline", () => {
    it("adds a line of JSON and a piece of Markdown to the files that the environment names", async () => {
        const world = new TeardownWorld();
        const droplet = world.dropletWithEverything();
        const stored = await world.create({
            dropletId: droplet.id,
            policy: { default: "destroy", volumes: "keep" },
        });
        await world.delete(stored, { env: ENV });
        const lines = (world.files.get(ENV.DROPLET_TEARDOWN_REPORT) ?? "").split("\n");
        assert.equal(lines.length, 2);
        const report = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
        assert.equal(report.account, stored.accountId);
        assert.equal(report.endpoint, "https://api.digitalocean.com");
        const summary = world.files.get(ENV.DROPLET_TEARDOWN_SUMMARY) ?? "";
        assert.match(summary, /^### Droplet teardown\n\n\*\*Droplet `web-1` \(\d+\): destroyed\*\*\n/);
        assert.match(
            summary,
            /\| kept \| `web-1` \| volume \| `web-1-data` \| `[^`]+` \| `policy volumes: keep` \| \$1\.00 \|/,
        );
        assert.match(
            summary,
            /\n\nSaved \$\d+\.\d\d\/month\. Still accruing \$\d+\.\d\d\/month\.\n\n\|[^]*\|\n\nNot looked at: backups \(they go with the droplet\), reserved IPv6 addresses, DNS records\.\n\n$/,
        );
    });

    it("tells of a failure as well", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "prevent" });
        await world.failedDelete(stored, { env: ENV });
        assert.match(world.files.get(ENV.DROPLET_TEARDOWN_SUMMARY) ?? "", /: refused\*\*/);
        assert.match(world.files.get(ENV.DROPLET_TEARDOWN_REPORT) ?? "", /"outcome":"refused"/);
    });

    it("destroys all the same where a file cannot be written, and says so", async () => {
        const world = new TeardownWorld();
        const { id } = world.dropletWithEverything();
        const stored = await world.create({ dropletId: id, policy: "destroy" });
        await world.delete(stored, { env: { DROPLET_TEARDOWN_REPORT: "/nowhere/r" } });
        assert.deepEqual(world.left(), []);
        assert.ok(world.announced().some((line) => line.startsWith("DROPLET_TEARDOWN_REPORT: ENOENT")));
    });
});
