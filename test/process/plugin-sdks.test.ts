import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { findExecutable, pathFolders } from "../../tools/engine/executable.js";
import { schemaText } from "../../tools/plugin/files.js";
import { REPOSITORY } from "../support/engine-project-files.js";

const run = promisify(execFile);
/** A generator that no earlier build of the engine has compiled for. */
const BUILD_TIMEOUT_MS = 10 * 60_000;

describe("the SDKs that Pulumi's generators make of the plugin's schema", function () {
    let folder: string;

    before(async function () {
        const go = findExecutable("go", pathFolders(process.env), process.platform);
        if (go === undefined) {
            console.log("    left out: no Go, in which the generators are");
            this.skip();
        }
        this.timeout(BUILD_TIMEOUT_MS);
        folder = await mkdtemp(join(tmpdir(), "plugin-sdks-"));
        const generator = join(folder, "gen-sdk");
        await cp(join(REPOSITORY, "tools", "engine", "go", "gen-sdk"), generator, { recursive: true });
        const env = { ...process.env, GOWORK: "off" };
        await run(go, ["build", "-mod=readonly", "-buildvcs=false", "-o", "gen", "."], {
            cwd: generator,
            env,
        });
        await writeFile(join(folder, "schema.json"), schemaText("0.1.0"));
        await run(join(generator, "gen"), [join(folder, "schema.json"), folder]);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("compiles in TypeScript, with a program that uses it", async () => {
        const sdk = join(folder, "nodejs");
        await symlink(join(REPOSITORY, "node_modules"), join(sdk, "node_modules"), "junction");
        await writeFile(
            join(sdk, "program.ts"),
            `import { Droplet, DropletTeardown } from "./index";
            const policy = { default: "destroy", volumes: "keep" } as const;
            const teardown = { policy, keep: ["pg-*"] };
            const web = new Droplet("web", { image: "ubuntu-24-04-x64", size: "s-1vcpu-1gb", teardown });
            export const cost = web.monthlyCost.apply((sum: string) => sum);
            new DropletTeardown("legacy", { dropletId: web.dropletId, policy: "prevent" });
            `,
        );
        const compiler = require.resolve("typescript/bin/tsc");
        const options = [
            "--noEmit",
            "--strict",
            "--skipLibCheck",
            "--module",
            "commonjs",
            "--target",
            "es2020",
        ];
        const { stdout } = spawnSync(process.execPath, [compiler, ...options, "program.ts", "index.ts"], {
            cwd: sdk,
            encoding: "utf8",
        });
        // The generator is newer than the SDK that is installed here.
        const errors = stdout.split("\n").filter((line) => line !== "" && !line.includes("existsResource"));
        assert.deepEqual(errors, []);
    });

    it("is valid Python, with the arguments and outputs by Python's names", async function () {
        const python = findExecutable("python3", pathFolders(process.env), process.platform);
        if (python === undefined) {
            console.log("    left out: no Python");
            this.skip();
        }
        const sdk = join(folder, "python", "pulumi_droplet_teardown");
        await run(python, ["-m", "compileall", "-q", sdk]);
        const text = await readFile(join(sdk, "droplet.py"), "utf8");
        for (const name of ["teardown", "volume_ids", "droplet_id", "monthly_cost", "teardown_tag"]) {
            assert.match(text, new RegExp(`def ${name}\\(`));
        }
    });

    it("is valid Go", async () => {
        const { stdout } = await run("gofmt", ["-l", "-e", join(folder, "go", "dropletteardown")]);
        assert.equal(stdout, "");
        const text = await readFile(join(folder, "go", "dropletteardown", "droplet.go"), "utf8");
        assert.match(text, /^func NewDroplet\(/m);
    });
});
