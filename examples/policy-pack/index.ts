import { PolicyPack } from "@pulumi/policy";

const DROPLET = "digitalocean:index/droplet:Droplet";
const TEARDOWN = "pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown";

// Policies cannot see `deletedWith`, but they can see that a Droplet gets a tag from its teardown.
new PolicyPack("droplet-teardown", {
    policies: [
        {
            name: "droplet-has-teardown",
            description: "Every Droplet is destroyed completely, by a teardown of its own.",
            enforcementLevel: "mandatory",
            validateStack: ({ resources }, reportViolation) => {
                for (const { type, name, urn, propertyDependencies } of resources) {
                    const makersOfTags = propertyDependencies.tags ?? [];
                    if (type === DROPLET && !makersOfTags.some((maker) => maker.type === TEARDOWN)) {
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
