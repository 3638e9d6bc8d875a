import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, copyFile, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { machineClock, startServer } from "../../simulator/index.js";
import { pluginBinFolder } from "../../simulator/plugin/bin-folder.js";
import type { Engine } from "../../tools/engine/engine.js";
import { isolatedEnv } from "../../tools/engine/isolation.js";
import { engineFor } from "../support/engine-available.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { QUICK_START } from "../support/quick-start.js";
import { createTestSimulator } from "../support/simulated.js";

const TOKEN = `dop_v1_${"0".repeat(64)}`;

/** A project of a user's own, with the example's program in it. */
async function projectFolder(): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "automation-")));
    const modules = join(folder, "node_modules");
    await mkdir(modules);
    await mkdir(join(folder, "state"));
    await symlink(REPOSITORY, join(modules, "pulumi-droplet-teardown"));
    await symlink(join(REPOSITORY, "node_modules", "@pulumi"), join(modules, "@pulumi"));
    const example = join(REPOSITORY, "dist", "examples", "automation-api", "index.js");
    await copyFile(example, join(folder, "index.js"));
    return folder;
}

describe("the example automation-api", function () {
    this.timeout(120_000);
    let engine: Engine;
    before(async function () {
        engine = await engineFor(this);
    });

    it("makes, uses and destroys an environment from anywhere, and goes on from a failure", async () => {
        const settings = { bootMs: 200, actionMs: 200, destroyDurationMs: 1_000 };
        const simulator = createTestSimulator({ clock: machineClock, settings });
        const server = await startServer(simulator, { port: 0 });
        const folder = await projectFolder();
        const own = isolatedEnv(process.env, { home: join(folder, "home"), state: join(folder, "state") });
        const path = [
            ...engine.binDirs,
            dirname(process.execPath),
            pluginBinFolder(REPOSITORY),
            own.PATH ?? "",
        ];
        const env = {
            ...own,
            PATH: path.join(delimiter),
            DIGITALOCEAN_TOKEN: TOKEN,
            DIGITALOCEAN_API_URL: server.url,
            NODE_OPTIONS: QUICK_START,
        };
        const run = (): Promise<{ stdout: string; stderr: string }> =>
            promisify(execFile)(process.execPath, [join(folder, "index.js")], { cwd: tmpdir(), env });
        const stack = join(folder, "state", ".pulumi", "stacks", "automation-api", "dev.json");
        try {
            simulator.faults.add({
                match: { method: "POST", path: "/v2/droplets" },
                times: 1,
                do: { kind: "answer", status: 422, message: "no capacity" },
            });
            await assert.rejects(run(), /no capacity/);
            await access(stack);

            const { stdout, stderr } = await run();
            assert.equal(stderr, "");
            assert.match(stdout, /^making the environment\n/);
            const steps = [...stdout.matchAll(/ {2}create (\S+) web …\n/g)].map(([, type]) => type);
            assert.deepEqual(steps, [
                "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown",
                "digitalocean:index/droplet:Droplet",
                "digitalocean:index/droplet:Droplet$pulumi-nodejs:dynamic/droplet-teardown:DropletRecord",
            ]);
            assert.match(stdout, /\nusing droplet \d+ at [\d.]+\n/);
            assert.match(stdout, /\ndestroying the environment\n/);
            assert.match(stdout, /\nreport: web-1 destroyed, \$0\.00\/month still accruing\n$/);
            assert.doesNotMatch(stdout, /RPC|free variables|__provider/);
            assert.deepEqual(simulator.state().droplets, []);
            assert.deepEqual(simulator.state().tags, []);
            await assert.rejects(access(stack));
        } finally {
            await server.close();
            await rm(folder, { recursive: true, force: true, maxRetries: 5 });
        }
    });
});
