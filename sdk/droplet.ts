import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { DropletTeardown } from "./droplet-teardown.js";
import type { Policy } from "./policy.js";
import type { ManagedTeardownArgs, TeardownOptions } from "./teardown-args.js";

/** How a `Droplet` is torn down. */
export interface DropletTeardownSettings extends TeardownOptions {
    /** What is to become of the associated resources. Default: "keep", the Droplet alone goes. */
    policy?: pulumi.Input<Policy>;
}

/** Every argument of `digitalocean.Droplet`, and how it is torn down. */
export interface DropletArgs extends digitalocean.DropletArgs {
    teardown?: DropletTeardownSettings;
}

/**
 * A Droplet that goes away completely: a `digitalocean.Droplet` whose delete is left to a `DropletTeardown`.
 * Without `teardown.policy` everything associated stays, and is reported with its cost.
 */
export class Droplet extends pulumi.ComponentResource {
    /** The Droplet itself. Its own id does not wait for the teardown to be in place. */
    readonly droplet: digitalocean.Droplet;
    readonly teardown: DropletTeardown;
    /** The Droplet's id, known once its teardown is in place: whatever uses it is deleted before both. */
    readonly id: pulumi.Output<pulumi.ID>;
    /** `do:droplet:<id>`, as other resources want it. */
    readonly dropletUrn: pulumi.Output<string>;

    constructor(name: string, args: DropletArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("droplet-teardown:index:Droplet", name, {}, opts);
        const { teardown = {}, ...dropletArgs } = args;
        this.droplet = new digitalocean.Droplet(name, dropletArgs, {
            parent: this,
            deletedWith: this,
            aliases: [{ parent: opts.parent ?? pulumi.rootStackResource }],
        });
        const settings: ManagedTeardownArgs = {
            ...teardown,
            policy: teardown.policy ?? "keep",
            dropletId: this.droplet.id,
            managed: args.volumeIds,
        };
        this.teardown = new DropletTeardown(name, settings, { parent: this });
        const afterTeardown = <T>(output: pulumi.Output<T>): pulumi.Output<T> =>
            pulumi.all([output, this.teardown.urn]).apply(([value]) => value as T);
        this.id = afterTeardown(this.droplet.id);
        this.dropletUrn = afterTeardown(this.droplet.dropletUrn);
        this.registerOutputs({ id: this.id, dropletUrn: this.dropletUrn });
    }
}
