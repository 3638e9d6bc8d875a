import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createSimulator, machineClock, startServer, type RunningServer } from "../../simulator/index.js";
import { runProcess } from "../support/cli-process.js";

/** Lists, at the end, every module that was loaded. */
const LIST_MODULES = `
process.on("exit", () => {
    require("node:fs").writeFileSync(process.env.MODULES, Object.keys(require.cache).join("\\n"));
});
`;

describe("droplet-teardown without Pulumi", function () {
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

    it("loads no module of the Pulumi SDK, in any command", async () => {
        const hook = join(folder, "list-modules.cjs");
        await writeFile(hook, LIST_MODULES);
        const { id } = simulator.panel.createDroplet("web-1");
        simulator.panel.deleteDroplet(id);
        const commands = [`plan ${id}`, `destroy ${id} --yes --policy keep`, `status ${id}`, "orphans"];
        await Promise.all(
            commands.map(async (command, index) => {
                const modules = join(folder, `modules-${index}`);
                const options = { node: ["--require", hook], env: { MODULES: modules } };
                const { code, stderr } = await runProcess(command, server.url, options);
                assert.equal(code, command.startsWith("status") ? 5 : 0, stderr);
                const loaded = (await readFile(modules, "utf8")).split("\n");
                assert.ok(loaded.some((path) => path.endsWith("commander/index.js")));
                assert.deepEqual(
                    loaded.filter((path) => /@pulumi|@grpc/.test(path)),
                    [],
                );
            }),
        );
    });
});
