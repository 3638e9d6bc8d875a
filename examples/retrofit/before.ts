import * as digitalocean from "@pulumi/digitalocean";

const region = "nyc3";
const data = new digitalocean.Volume("data", { name: "data", region, size: 10 });

const web = new digitalocean.Droplet("web", {
    name: "web-1",
    region,
    image: "ubuntu-24-04-x64",
    size: "s-1vcpu-1gb",
    volumeIds: [data.id],
});

new digitalocean.ReservedIp("address", { region, dropletId: web.id.apply(Number) }, { parent: web });

export const dropletId = web.id;
