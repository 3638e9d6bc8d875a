import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { REPOSITORY } from "../support/engine-project-files.js";
import { linkModulesWithoutDigitalOcean } from "../support/modules-without.js";

const PROGRAM = `
    const pulumi = require("@pulumi/pulumi");
    pulumi.runtime.setMocks({ newResource: (args) => ({ id: "1", state: args.inputs }), call: () => ({}) });
    const sdk = require("./dist/sdk/index.js");
    const legacy = new sdk.DropletTeardown("legacy", { dropletId: 7, policy: "keep" });
    let message = "";
    try { sdk.Droplet; } catch (error) { message = error.message; }
    legacy.dropletId.apply((dropletId) => console.log(JSON.stringify({ dropletId, message })));
`;

const MODULE = `
    import { Droplet, DropletTeardown } from "./dist/sdk/index.js";
    console.log(JSON.stringify([typeof Droplet, typeof DropletTeardown]));
`;

describe("without @pulumi/digitalocean", function () {
    this.timeout(30_000);
    let folder = "";

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "without-digitalocean-"));
        await linkModulesWithoutDigitalOcean(folder);
        await symlink(join(REPOSITORY, "dist"), join(folder, "dist"));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    /** Links stay what they are, so that a module is looked for where the program is. */
    async function run(...args: readonly string[]): Promise<unknown> {
        const flags = ["--preserve-symlinks", "--preserve-symlinks-main"];
        const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args], { cwd: folder });
        return JSON.parse(stdout);
    }

    it("a DropletTeardown works, and a Droplet says what it needs", async () => {
        assert.deepEqual(await run("-e", PROGRAM), {
            dropletId: 7,
            message:
                "Droplet needs @pulumi/digitalocean: run `npm install @pulumi/digitalocean`\nCode: invalid-input",
        });
    });

    it("ES modules can name both", async () => {
        assert.deepEqual(await run("--input-type=module", "-e", MODULE), ["undefined", "function"]);
    });
});
