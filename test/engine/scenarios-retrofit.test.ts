import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { programOf, UNORDERED } from "../support/droplet-program.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { succeeds } from "../support/engine-world.js";
import { remaining } from "../support/remaining.js";
import { scenarios } from "../support/scenarios.js";

/** Dependents of every kind, and children of the Droplet. */
const around = (droplet: string, parent: string): string =>
    programOf(`
const logs = new digitalocean.Volume("logs", { name: "logs", region, size: 1 });
const zone = new digitalocean.Domain("zone", { name: "example.com" });
const web = new ${droplet}("web", { ...spec, tags: ["blue"] });
const dropletId = web.id.apply(Number);
const attached = new digitalocean.VolumeAttachment("logs", { dropletId, volumeId: logs.id });
new digitalocean.ReservedIp("address", { region, dropletId }, { parent: ${parent} });
const inboundRules = [{ protocol: "tcp", portRange: "443", sourceAddresses: ["0.0.0.0/0"] }];
new digitalocean.Firewall("front", { name: "front", dropletIds: [dropletId], inboundRules }, { parent: ${parent} });
new digitalocean.DropletSnapshot("nightly", { name: "nightly", dropletId: web.id }, { dependsOn: attached });
new digitalocean.DnsRecord("www", { domain: zone.name, type: "A", name: "www", value: web.ipv4Address });
exports.id = web.id;
exports.urn = web.dropletUrn;
`);

function example(folder: string, file: string): string {
    return readFileSync(join(REPOSITORY, "examples", folder, file), "utf8");
}

const TYPESCRIPT = { typescript: true, env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } } as const;

interface Step {
    readonly op: string;
    readonly urn: string;
}

scenarios("retrofit of a Droplet", {
    "previews as update, never replace, with dependents and children; then destroys without an error": {
        program: around("digitalocean.Droplet", "web"),
        settings: UNORDERED,
        tell: async (world) => {
            const { project, simulator } = world;
            await succeeds(project.up());
            const [before, held] = [world.dropletId(), await remaining(simulator)];
            await project.setProgram(around("Droplet", "web.droplet"));

            const preview = await succeeds(project.preview({ flags: ["--json"] }));
            const { steps } = JSON.parse(preview.stdout) as { steps: Step[] };
            const changes = steps
                .filter(({ op, urn }) => op !== "same" && !urn.includes("pulumi:pulumi:Stack"))
                .map(({ op, urn }) => `${op} ${urn.split("::")[2]?.split("$").at(-1)}`);
            assert.deepEqual(changes.sort(), [
                "create droplet-teardown:index:Droplet",
                "create pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown",
                "update digitalocean:index/droplet:Droplet",
            ]);

            await succeeds(project.up());
            assert.equal(world.dropletId(), before);
            assert.deepEqual(simulator.state().droplets[0]?.tags, ["blue", "teardown:engine-test:dev"]);
            assert.deepEqual(await remaining(simulator), held);
            await succeeds(project.up({ flags: ["--expect-no-changes"] }));
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },

    "is what the example shows, with a child and a managed volume": {
        ...TYPESCRIPT,
        program: example("retrofit", "before.ts"),
        tell: async ({ project, simulator }) => {
            await succeeds(project.up());
            await project.setProgram(example("retrofit", "index.ts"));
            const updated = await succeeds(project.up());
            assert.match(updated.stdout, /\+ 2 created\n {4}~ 1 updated\n {4}3 changes\. 3 unchanged/);
            simulator.panel.takeSnapshot(simulator.state().droplets[0]?.id ?? 0, "nightly");
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },
});

scenarios("the example of a preview environment", {
    "leaves nothing of what a person has added": {
        ...TYPESCRIPT,
        program: example("preview-environment", "index.ts"),
        tell: async ({ project, simulator }) => {
            const { panel } = simulator;
            await succeeds(project.up());
            const [droplet] = simulator.state().droplets;
            assert.deepEqual(droplet?.tags, ["preview", "teardown:engine-test:dev"]);
            panel.takeSnapshot(droplet.id, "nightly");
            panel.attachVolume(panel.createVolume("scratch").id, droplet.id);
            await succeeds(project.destroy());
            assert.deepEqual(await remaining(simulator), []);
        },
    },
});
