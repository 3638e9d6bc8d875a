import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { tearDownDroplets } from "pulumi-droplet-teardown";

// The one line, before the first Droplet: it covers every Droplet of this program.
tearDownDroplets({
    policy: "destroy",
    droplets: {
        "pg-*": { policy: { default: "destroy", volumes: "keep" }, finalSnapshot: true },
    },
});

const region = "nyc3";
const size = "s-1vcpu-1gb";
const image = "ubuntu-24-04-x64";

/** Represents a component of somebody else's package, which knows nothing about teardowns. */
class Site extends pulumi.ComponentResource {
    readonly dropletIds: pulumi.Output<string>[];

    constructor(name: string, args: { readonly count: number }, opts?: pulumi.ComponentResourceOptions) {
        super("examples:index:Site", name, {}, opts);
        this.dropletIds = Array.from({ length: args.count }, (_, index) => {
            const machine = `${name}-${index}`;
            const web = new digitalocean.Droplet(
                machine,
                { name: machine, region, image, size },
                { parent: this },
            );
            return web.id;
        });
        this.registerOutputs({ dropletIds: this.dropletIds });
    }
}

const site = new Site("web", { count: 2 });
const database = new digitalocean.Droplet("pg-main", { name: "pg-main", region, image, size });

export const dropletIds = [...site.dropletIds, database.id];
