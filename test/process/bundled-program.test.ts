import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { build, type BuildOptions } from "esbuild";

import { unpack } from "../../tools/package/pack.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { packedInto } from "../support/packed.js";

/** Prints what Pulumi stores of the Droplet's teardown, and what that says of inputs that are not valid. */
const PROGRAM = `
    import Module from "node:module";
    import * as digitalocean from "@pulumi/digitalocean";
    import * as pulumi from "@pulumi/pulumi";
    import { Droplet } from "pulumi-droplet-teardown";

    const newResource = ({ type, inputs }) => {
        if (type.endsWith(":DropletTeardown")) void check(inputs.__provider);
        return { id: "1", state: inputs };
    };
    pulumi.runtime.setMocks({ newResource, call: () => ({}) });
    const web = new Droplet("web", { image: "ubuntu-24-04-x64", size: "s-1vcpu-1gb" });

    async function check(text) {
        const stored = new Module("stored");
        stored.paths = module.paths;
        stored._compile(text, "stored.js");
        const { failures } = await stored.exports.handler().check({}, { dropletId: 7, policy: "delete" });
        const properties = failures.map(({ property }) => property);
        const isOfficial = web instanceof digitalocean.Droplet;
        console.log(JSON.stringify({ isOfficial, bytes: Buffer.byteLength(text), properties }));
    }
`;

describe("a program that esbuild bundles with this package", function () {
    this.timeout(180_000);
    let folder: string;
    let unpacked: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "bundled-program-"));
        unpacked = await unpack((await packedInto(folder)).tarball, REPOSITORY, folder);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    for (const [name, options] of Object.entries({
        "as it is": {},
        minified: { minify: true, keepNames: true },
    } satisfies Record<string, BuildOptions>)) {
        it(`works ${name}, and stores a provider that loads the installed package`, async () => {
            const outfile = join(folder, "bundled.js");
            await build({
                stdin: { contents: PROGRAM, resolveDir: folder },
                alias: { "pulumi-droplet-teardown": unpacked },
                external: ["@pulumi/*"],
                bundle: true,
                platform: "node",
                outfile,
                ...options,
            });
            const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: folder });
            const { isOfficial, bytes, properties } = JSON.parse(stdout) as {
                readonly isOfficial: boolean;
                readonly bytes: number;
                readonly properties: readonly string[];
            };
            assert.ok(isOfficial);
            assert.ok(bytes < 3_000, `${bytes} bytes`);
            assert.ok(properties.includes("policy"), properties.join());
        });
    }
});
