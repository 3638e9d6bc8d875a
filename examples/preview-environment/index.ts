import * as pulumi from "@pulumi/pulumi";
import { Droplet } from "pulumi-droplet-teardown";

// One stack for each pull request: `pulumi stack init pr-42`.
const name = `preview-${pulumi.getStack()}`;

const app = new Droplet("app", {
    name,
    region: "nyc3",
    image: "ubuntu-24-04-x64",
    size: "s-1vcpu-1gb",
    tags: ["preview"],
    teardown: {
        policy: "destroy", // also what a test run or a person has added since
        timeout: "10m", // a pipeline should not hang; the next run attaches
    },
});

export const dropletId = app.id;
export const address = app.ipv4Address;
