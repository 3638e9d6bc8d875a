import * as digitalocean from "@pulumi/digitalocean";
import { Droplet } from "pulumi-droplet-teardown"; // 1. the import line

const region = "nyc3";
const data = new digitalocean.Volume("data", { name: "data", region, size: 10 });

const web = new Droplet("web", {
    name: "web-1",
    region,
    image: "ubuntu-24-04-x64",
    size: "s-1vcpu-1gb",
    volumeIds: [data.id],
    teardown: { policy: "destroy" }, // 2. when you want it: what nobody manages goes with the Droplet
});

new digitalocean.ReservedIp("address", { region, dropletId: web.id.apply(Number) }, { parent: web });

export const dropletId = web.id;
