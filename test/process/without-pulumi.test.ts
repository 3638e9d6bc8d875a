import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runProcess } from "../support/cli-process.js";
import { servedFolder } from "../support/served-folder.js";

/** Lists, at the end, every module that was loaded. */
const LIST_MODULES = `
process.on("exit", () => {
    require("node:fs").writeFileSync(process.env.MODULES, Object.keys(require.cache).join("\\n"));
});
`;

describe("droplet-teardown without Pulumi", function () {
    this.timeout(60_000);
    const { simulator, url, folder } = servedFolder();

    it("loads no module of the Pulumi SDK, in any command", async () => {
        const hook = join(folder(), "list-modules.cjs");
        await writeFile(hook, LIST_MODULES);
        const { id } = simulator.panel.createDroplet("web-1");
        simulator.panel.deleteDroplet(id);
        const commands = [`plan ${id}`, `destroy ${id} --yes --policy keep`, `status ${id}`, "orphans"];
        await Promise.all(
            commands.map(async (command, index) => {
                const modules = join(folder(), `modules-${index}`);
                const options = { node: ["--require", hook], env: { MODULES: modules } };
                const { code, stderr } = await runProcess(command, url(), options);
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
