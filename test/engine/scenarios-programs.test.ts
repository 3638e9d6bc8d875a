import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { succeeds } from "../support/engine-world.js";
import { destroysEverything } from "../support/forgotten.js";
import { scenarios } from "../support/scenarios.js";

const droplet = (opts: string): string => `
const web = new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb", teardown: { policy: "destroy" },
}, ${opts});
`;

/** In a transform, which the engine calls, what depends on a resource is an output. */
const MODULE = `
import * as pulumi from "@pulumi/pulumi";
import { Droplet } from "pulumi-droplet-teardown";
const addTag = ({ type, props, opts }) => {
    const tags = pulumi.output(props.tags).apply((given) => [...given, "env:dev"]);
    return type === "digitalocean:index/droplet:Droplet" ? { props: { ...props, tags }, opts } : undefined;
};
${droplet("{ transforms: [addTag] }")}
export const id = web.id;
`;

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
${droplet("{}")}
pulumi.all([web.id, web.dropletUrn, web.tags, web.record.inventory]).apply((known) => console.log(JSON.stringify({ known, made })));
`;

scenarios(
    "a program",
    {
        "of ES modules, in a project and a stack with dots in their names, has a tag of its own and one of a transform, comes and goes":
            {
                program: MODULE,
                name: "shop.example.com",
                stack: "dev.eu-1",
                tell: async (world) => {
                    const { project, simulator } = world;
                    const manifest = { name: "esm", private: true, type: "module" };
                    await writeFile(join(project.folder, "package.json"), JSON.stringify(manifest));
                    await succeeds(project.up());
                    const [tag = "", ...others] = simulator.state().droplets[0]?.tags ?? [];
                    assert.match(tag, /^teardown:shop-example-com:dev-eu-1-[0-9a-f]{8}$/);
                    assert.ok(others.includes("env:dev"), others.join());
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
    },
    { notOnComponent: "they are about programs in TypeScript and JavaScript" },
);
