import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";

import { SCRIPT, TOKEN } from "../support/cli-process.js";
import { reportIn } from "../support/cli-world.js";
import { servedFolder } from "../support/served-folder.js";

/** A device on which every write says that the disk is full; Linux has it. */
const FULL = "/dev/full";

describe("standard output that cannot be written", function () {
    this.timeout(30_000);
    const { simulator, url, folder } = servedFolder();

    async function runOnFullDisk(args: string): Promise<{ code: number | null; stderr: string }> {
        const full = await open(FULL, "w");
        const child = spawn(process.execPath, [SCRIPT, ...args.split(" ")], {
            env: { DIGITALOCEAN_API_URL: url(), DIGITALOCEAN_TOKEN: TOKEN },
            stdio: ["ignore", full.fd, "pipe"],
        });
        let stderr = "";
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
        await full.close();
        return { code, stderr };
    }

    it("ends no command with 0, and the report is in its file all the same", async function () {
        if (!existsSync(FULL)) {
            console.log(`      left out: there is no ${FULL}`);
            this.skip();
        }
        const { id } = simulator.panel.createDroplet("web-1");
        const file = join(folder(), "report.json");
        const destroy = `destroy ${id} --yes --policy destroy --json --report ${file}`;
        for (const args of [`plan ${id} --json`, "orphans", destroy, "--version"]) {
            const { code, stderr } = await runOnFullDisk(args);
            assert.equal(code, 1, `${args}: ${stderr}`);
            assert.match(stderr, /error: standard output cannot be written: .*ENOSPC/);
        }
        assert.equal(reportIn(await readFile(file, "utf8")).droplets[0]?.outcome, "destroyed");
    });
});
