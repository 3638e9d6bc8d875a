import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { writeArchives } from "../../tools/plugin/archives.js";
import type { Engine } from "../../tools/engine/engine.js";
import { unpack } from "../../tools/package/pack.js";
import { yamlEngineFor } from "../support/engine-available.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { succeeds } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { leftToCi } from "../support/scenarios.js";
import { packedInto } from "../support/packed.js";
import { YAML_ALONE } from "../support/yaml-program.js";

const VERSION = "0.1.0";
const MAX_BUNDLE_BYTES = 825_000;

describe("the packaged plugin on a real engine", function () {
    this.timeout(300_000);
    let engine: Engine;
    let folder: string;

    before(async function () {
        engine = await yamlEngineFor(this);
        folder = await mkdtemp(join(tmpdir(), "plugin-package-"));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("runs an `up` and a `destroy` from its archive, which the engine has installed, with Node.js alone", async () => {
        const archives = await writeArchives(join(folder, "archives"), VERSION);
        const linux = only(archives, "linux-amd64.tar.gz");
        const bin = join(folder, "bin");
        await mkdir(bin);
        await symlink(process.execPath, join(bin, "node"));
        const env = { PATH: [...engine.binDirs, bin, "/bin", "/usr/bin"].join(delimiter) };
        const options = { engine, program: YAML_ALONE, yaml: true, plugin: null, env };
        await inWorld(options, async (world) => {
            const { project } = world;
            const install = ["plugin", "install", "resource", "droplet-teardown", VERSION, "--file", linux];
            await succeeds(project.run(install).result);
            await succeeds(project.up());
            await succeeds(project.destroy());
            assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
            assert.deepEqual(world.left(), []);
            assert.match(world.ownRequests()[0]?.userAgent ?? "", /^pulumi-droplet-teardown\/0\.1\.0/);
        });
    });

    it("runs as a single executable, on a PATH without Node.js", async function () {
        const executable = join(REPOSITORY, "dist", "archives", "pulumi-resource-droplet-teardown");
        if (!existsSync(executable) && process.env.CI === undefined) {
            console.log(
                "      left out: `npm run package:executable` makes it, with a package from npm; CI does",
            );
            this.skip();
        }
        if (!existsSync(executable)) {
            await promisify(execFile)("npm", ["run", "--silent", "package:executable"], { cwd: REPOSITORY });
        }
        const bin = join(folder, "executable");
        await mkdir(bin);
        await symlink(executable, join(bin, "pulumi-resource-droplet-teardown"));
        const standIn = join(REPOSITORY, "dist", "simulator", "plugin", "main.js");
        const launcher = `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`;
        await writeFile(join(bin, "pulumi-resource-digitalocean"), launcher, { mode: 0o755 });
        const env = { PATH: [...engine.binDirs, bin].join(delimiter), NODE_OPTIONS: "" };
        const options = { engine, program: YAML_ALONE, yaml: true, plugin: null, env };
        await inWorld(options, async ({ project, ...world }) => {
            await project.setYaml({ ...(JSON.parse(YAML_ALONE) as object), plugins: { providers: [] } });
            await succeeds(project.up());
            await succeeds(project.destroy());
            assert.deepEqual(world.simulator.state().droplets, []);
        });
    });

    leftToCi("runs from the npm package, by the path of its folder", "it runs from its archive", async () => {
        const { tarball } = await packedInto(folder);
        const unpacked = await unpack(tarball, REPOSITORY, folder);
        const plugin = join(unpacked, "dist", "plugin");
        await inWorld({ engine, program: YAML_ALONE, yaml: true, plugin }, async (world) => {
            await succeeds(world.project.up());
            await succeeds(world.project.destroy());
            assert.deepEqual(world.left(), []);
        });
    });

    it("has a bundle of a known size, checksums that are right, and a schema that the engine takes", async () => {
        const archives = await writeArchives(join(folder, "again"), VERSION);
        const checksums = only(archives, "_checksums.txt");
        const schema = only(archives, "schema.json");
        assert.equal((await readFile(checksums, "utf8")).trim().split("\n").length, 6);
        await promisify(execFile)("sha256sum", ["--check", checksums], { cwd: join(folder, "again") });
        const linux = only(archives, "linux-amd64.tar.gz");
        const { stdout } = await promisify(execFile)("tar", ["-tvzf", linux]);
        const [, bytes] = /(\d+) \S+ \S+ \.\/main\.js$/m.exec(stdout) ?? [];
        assert.ok(Number(bytes) > 0 && Number(bytes) <= MAX_BUNDLE_BYTES, `${bytes} bytes`);
        await inWorld({ engine, program: YAML_ALONE, yaml: true }, ({ project }) =>
            succeeds(project.run(["schema", "check", schema]).result),
        );
    });
});

function only(paths: readonly string[], end: string): string {
    return paths.find((path) => path.endsWith(end)) ?? assert.fail(`no ${end}`);
}
