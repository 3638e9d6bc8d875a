/** The name of the engine tests' project and stack, as URNs begin with. */
export const URN = "urn:pulumi:dev::engine-test::";

/** What every program of a scenario begins with. */
const HEAD = `
const digitalocean = require("@pulumi/digitalocean");
const pulumi = require("@pulumi/pulumi");
const { Droplet, DropletTeardown, tearDownDroplets } = require("pulumi-droplet-teardown");
const region = "nyc3";
const spec = { name: "web-1", image: "ubuntu-24-04-x64", region, size: "s-1vcpu-1gb" };
const teardown = { policy: "destroy" };
`;

export function programOf(body: string): string {
    return HEAD + body;
}

/** A Droplet that takes everything with it. */
export const ALONE = programOf(`new Droplet("web", { ...spec, teardown });`);

/** Actions on one Droplet need not take turns: the official provider does not take them with itself. */
export const UNORDERED = { pendingEvents: false } as const;
