import * as digitalocean from "@pulumi/digitalocean";
import { Droplet } from "pulumi-droplet-teardown";

const region = "nyc3";

// Managed by the stack, so the teardown keeps it; retainOnDelete makes its own resource keep it as well.
const data = new digitalocean.Volume("data", { name: "pg-data", region, size: 10 }, { retainOnDelete: true });

const db = new Droplet("db", {
    name: "db-1",
    region,
    image: "ubuntu-24-04-x64",
    size: "s-1vcpu-1gb",
    volumeIds: [data.id],
    teardown: {
        policy: {
            default: "destroy", // snapshots and reserved IPs go with the Droplet …
            volumes: "keep", // … volumes that somebody attached by hand stay, with their snapshots
        },
        keep: ["pg-backup-*"], // and so does everything of this name, whatever its kind
    },
});

export const dropletId = db.id;
export const volumeId = data.id;
