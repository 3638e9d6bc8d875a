import assert from "node:assert/strict";
import { access, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createSimulator, machineClock, startServer, type RunningServer } from "../../simulator/index.js";
import { installPacked } from "../support/clean-project.js";
import { runProcess } from "../support/cli-process.js";

describe("droplet-teardown without Pulumi, packed", function () {
    this.timeout(60_000);
    const simulator = createSimulator({ clock: machineClock, settings: { destroyDurationMs: 300 } });
    let server: RunningServer;
    let folder: string;
    before(async () => {
        server = await startServer(simulator, { port: 0 });
        folder = await mkdtemp(join(tmpdir(), "without-pulumi-"));
    });
    after(async () => {
        await server.close();
        await rm(folder, { recursive: true });
    });

    it("installs and runs from its packed tarball without the peers, by the name of its bin", async () => {
        const files = await installPacked(folder, []);
        assert.ok(files.includes("schema/report.schema.json"));
        await assert.rejects(access(join(folder, "node_modules", "@pulumi")));
        const bin = join(folder, "node_modules", ".bin", "droplet-teardown");
        if (process.platform !== "win32") {
            assert.equal((await stat(bin)).mode & 0o111, 0o111);
        }
        const { id } = simulator.panel.createDroplet("web-2");
        const script = join(folder, "node_modules", "pulumi-droplet-teardown", "dist", "cli", "main.js");
        const args = `destroy ${id} --yes --policy destroy`;
        const { code, stdout, stderr } = await runProcess(args, server.url, { script, cwd: folder });
        assert.equal(code, 0, stderr);
        assert.match(stdout, /droplet web-2 \(\d+\): destroyed/);
        assert.match(await readFile(script, "utf8"), /^#!\/usr\/bin\/env node\n/);
    });
});
