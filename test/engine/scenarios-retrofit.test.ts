import assert from "node:assert/strict";

import { programOf, UNORDERED } from "../support/droplet-program.js";
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
});
