import "./loopback-only";
import * as digitalocean from "@pulumi/digitalocean";
import { Droplet } from "pulumi-droplet-teardown";

const region = "nyc3";
const data = new digitalocean.Volume("data", { name: "data", region, size: 10 });

const web = new Droplet("web", {
    name: "web-1",
    region,
    image: "ubuntu-24-04-x64",
    size: "s-1vcpu-1gb",
    volumeIds: [data.id], // stays with its own resource: a teardown never takes what the stack manages
    // Everything else associated with the Droplet is destroyed with it. One retry keeps the example short.
    teardown: { policy: "destroy", retries: 1 },
});

export const dropletId = web.id;
export const monthlyCostOfTheRest = web.record.monthlyCost;
