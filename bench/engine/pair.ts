import type { Engine } from "../../tools/engine/engine.js";
import { figure, type Figure } from "../figures.js";
import { measureDestroy } from "./stack.js";

/** How long DigitalOcean works at a destroy in this measurement, and how much longer `pulumi destroy` may take. */
const DESTROY_S = 10;
const OVERHEAD_S = 3;

const AROUND = `
const region = "nyc3";
const spec = { name: "web-1", image: "ubuntu-24-04-x64", region, size: "s-1vcpu-1gb" };
const data = new digitalocean.Volume("data", { region, size: 1 });
const address = new digitalocean.ReservedIp("address", { region });
`;

/** The same stack with the official resources alone, and with this package. */
const PLAIN = `
const digitalocean = require("@pulumi/digitalocean");
${AROUND}
const dropletId = new digitalocean.Droplet("web", spec).id.apply(Number);
const attached = new digitalocean.VolumeAttachment("data", { dropletId, volumeId: data.id });
const ipAddress = address.ipAddress;
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress }, { dependsOn: attached });
`;
const OURS = `
const digitalocean = require("@pulumi/digitalocean");
const { Droplet } = require("pulumi-droplet-teardown");
${AROUND}
const ipAddress = address.ipAddress;
const web = new Droplet("web", { ...spec, teardown: { policy: "destroy", keep: [data.id, ipAddress] } });
const dropletId = web.id.apply(Number);
const deletedWith = web;
const attached = new digitalocean.VolumeAttachment("data", { dropletId, volumeId: data.id }, { deletedWith });
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress }, { dependsOn: attached, deletedWith });
`;

/** One Droplet with a volume and a reserved IP, beside the plain stack on the same plugin. */
export async function besideThePlainStack(engine: Engine): Promise<Figure[]> {
    const ours = await measureDestroy(engine, OURS, DESTROY_S);
    const plain = await measureDestroy(engine, PLAIN, DESTROY_S);
    return [
        figure("one Droplet: destroy at DigitalOcean", DESTROY_S, "s"),
        figure("one Droplet: pulumi destroy, with a teardown", ours.seconds, "s"),
        figure("one Droplet: above the destroy itself", ours.seconds - DESTROY_S, "s", OVERHEAD_S),
        figure("one Droplet: pulumi destroy, official resources alone", plain.seconds, "s"),
    ];
}
