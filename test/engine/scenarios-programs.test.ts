import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { succeeds } from "../support/engine-world.js";
import { destroysEverything } from "../support/forgotten.js";
import { scenarios } from "../support/scenarios.js";

const BODY = `
const web = new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb", teardown: { policy: "destroy" },
});
`;

const MODULE = `import { Droplet } from "pulumi-droplet-teardown";${BODY}export const id = web.id;`;

/** As a user's unit tests do. */
const MOCKED = `
const pulumi = require("@pulumi/pulumi");
const made = [];
pulumi.runtime.setMocks({
    newResource: (args) => {
        made.push(args.type);
        return { id: "7", state: { ...args.inputs, dropletUrn: "do:droplet:7" } };
    },
    call: (args) => args.inputs,
});
const { Droplet } = require("pulumi-droplet-teardown");
${BODY}
pulumi.all([web.id, web.dropletUrn, web.tags, web.record.inventory]).apply((known) => console.log(JSON.stringify({ known, made })));
`;

scenarios("a program", {
    "of ES modules, in a project and a stack with dots in their names, has a tag of its own, comes and goes":
        {
            program: MODULE,
            name: "shop.example.com",
            stack: "dev.eu-1",
            tell: async (world) => {
                const { project, simulator } = world;
                const manifest = { name: "esm", private: true, type: "module" };
                await writeFile(join(project.folder, "package.json"), JSON.stringify(manifest));
                await succeeds(project.up());
                const [tag] = simulator.state().droplets[0]?.tags ?? [];
                assert.match(tag ?? "", /^teardown:shop-example-com:dev-eu-1-[0-9a-f]{8}$/);
                simulator.panel.takeSnapshot(world.dropletId(), "nightly");
                await destroysEverything(world);
            },
        },

    "under setMocks has the outputs of the official Droplet, without an engine": {
        program: MOCKED,
        tell: async ({ project }) => {
            const run = promisify(execFile)(process.execPath, ["index.js"], { cwd: project.folder });
            const { stdout } = await run;
            assert.deepEqual(JSON.parse(stdout), {
                known: ["7", "do:droplet:7", ["teardown:project:stack", "teardown:project:stack"], []],
                made: [
                    "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown",
                    "digitalocean:index/droplet:Droplet",
                    "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord",
                ],
            });
        },
    },
});
