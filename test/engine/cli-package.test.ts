import assert from "node:assert/strict";
import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { installPacked } from "../support/clean-project.js";
import { runProcess } from "../support/cli-process.js";
import { leaveToCi } from "../support/scenarios.js";
import { servedFolder } from "../support/served-folder.js";

describe("droplet-teardown without Pulumi, packed", function () {
    this.timeout(120_000);
    const { simulator, url, folder } = servedFolder();

    it("installs and runs from its packed tarball without the peers, by the name of its bin", async function () {
        leaveToCi(this, "it installs from npm's registry or cache");
        const files = await installPacked(folder(), []);
        assert.ok(files.includes("schema/report.schema.json"));
        await assert.rejects(access(join(folder(), "node_modules", "@pulumi")));
        const bin = join(folder(), "node_modules", ".bin", "droplet-teardown");
        if (process.platform !== "win32") {
            assert.equal((await stat(bin)).mode & 0o111, 0o111);
        }
        const { id } = simulator.panel.createDroplet("web-2");
        const script = join(folder(), "node_modules", "pulumi-droplet-teardown", "dist", "cli", "main.js");
        const args = `destroy ${id} --yes --policy destroy`;
        const { code, stdout, stderr } = await runProcess(args, url(), { script, cwd: folder() });
        assert.equal(code, 0, stderr);
        assert.match(stdout, /droplet web-2 \(\d+\): destroyed/);
        assert.match(await readFile(script, "utf8"), /^#!\/usr\/bin\/env node\n/);
    });
});
