import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { findExecutable, pathFolders } from "../../tools/engine/executable.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { BUILD_TIMEOUT_MS, generatedSdks } from "../support/plugin-sdks.js";

const run = promisify(execFile);
/** By this name programs in Go import the SDK. */
const GO_SDK = "github.com/pulumi-droplet-teardown/pulumi-droplet-teardown/sdk/go/droplet-teardown";

describe("the SDKs that Pulumi's generators make of the plugin's schema", function () {
    let folder: string;

    before(async function () {
        folder = await generatedSdks(this);
    });

    it("compiles in TypeScript, with a program that uses it", async () => {
        const sdk = join(folder, "nodejs");
        const modules = join(sdk, "node_modules");
        await rm(modules, { force: true });
        await symlink(join(REPOSITORY, "node_modules"), modules, "junction");
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
            ...["--noEmit", "--strict", "--skipLibCheck", "--types", "node"],
            ...["--module", "commonjs", "--target", "es2020"],
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
        const example = join(REPOSITORY, "examples", "python", "__main__.py");
        await run(python, ["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", example]);
    });

    it("is valid Go", async () => {
        const { stdout } = await run("gofmt", ["-l", "-e", join(folder, "go", "dropletteardown")]);
        assert.equal(stdout, "");
        const text = await readFile(join(folder, "go", "dropletteardown", "droplet.go"), "utf8");
        assert.match(text, /^func NewDroplet\(/m);
    });

    it("is what the example in Go compiles with", async function () {
        this.timeout(BUILD_TIMEOUT_MS);
        const generator = join(folder, "gen-sdk");
        const modules = await readFile(join(generator, "go.mod"), "utf8");
        const [pulumi = ""] = /github\.com\/pulumi\/pulumi\/sdk\/v3 v[\d.]+/.exec(modules) ?? [];
        const sdk = join(folder, "go", "dropletteardown");
        await writeFile(join(sdk, "go.mod"), `module ${GO_SDK}\n\ngo 1.24\n\nrequire ${pulumi}\n`);
        const example = join(folder, "example");
        await mkdir(example, { recursive: true });
        await cp(join(REPOSITORY, "examples", "go", "main.go"), join(example, "main.go"));
        // The modules that the generator pins are here already.
        await cp(join(generator, "go.sum"), join(example, "go.sum"));
        const own = `require ${GO_SDK} v0.0.0\nreplace ${GO_SDK} => ${sdk}\n`;
        await writeFile(
            join(example, "go.mod"),
            `${modules.replace(/^module .*/, "module example")}\n${own}`,
        );
        const env = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod -buildvcs=false" };
        await run("go", ["vet", "."], { cwd: example, env });
    });
});
