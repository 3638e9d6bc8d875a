import { PolicyPack } from "@pulumi/policy";

const DROPLET = "digitalocean:index/droplet:Droplet";
const RECORD = "pulumi-nodejs:dynamic/droplet-teardown:DropletRecord";

// Policies are not shown `deletedWith`. What they are shown is that a Droplet's record is its child.
new PolicyPack("droplet-teardown", {
    policies: [
        {
            name: "droplet-has-teardown",
            description: "Every Droplet is destroyed completely, by a teardown of its own.",
            enforcementLevel: "mandatory",
            validateStack: ({ resources }, reportViolation) => {
                const records = resources.filter(({ type, props }) => type === RECORD && props.enabled);
                const covered = new Set(records.map(({ parent }) => parent?.urn));
                for (const { type, name, urn } of resources) {
                    if (type === DROPLET && !covered.has(urn)) {
                        reportViolation(
                            `Droplet "${name}" has no teardown: call tearDownDroplets at the top of the program`,
                            urn,
                        );
                    }
                }
            },
        },
    ],
});
