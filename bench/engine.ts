import { createSimulator, machineClock, startServer } from "../simulator/index.js";
import { ensureEngine } from "../tools/engine/ensure.js";
import { EngineProject, type RunResult } from "../test/support/engine.js";
import { table, type Figure } from "./figures.js";

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

type EnsuredEngine = Awaited<ReturnType<typeof ensureEngine>>;

/** Seconds of one `pulumi destroy`. */
async function destroySeconds(engine: EnsuredEngine, program: string): Promise<number> {
    // A plain delete is given the same time as a destroy with everything associated.
    const settings = { destroyDurationMs: DESTROY_S * 1_000, deleteDelayMs: DESTROY_S * 1_000 };
    const simulator = createSimulator({ clock: machineClock, settings });
    const server = await startServer(simulator, { port: 0 });
    const token = `dop_v1_${"0".repeat(64)}`;
    const project = await EngineProject.create({ engine, program, simulatorUrl: server.url, token });
    try {
        succeeded(await project.up());
        return succeeded(await project.destroy()).durationMs / 1_000;
    } finally {
        await project.cleanup();
        await server.close();
    }
}

function succeeded(result: RunResult): RunResult {
    if (result.code !== 0) {
        throw new Error(result.stdout + result.stderr);
    }
    return result;
}

async function main(): Promise<void> {
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const engine = await ensureEngine({ env: process.env, log, fetch, platform: process.platform });
    const ours = await destroySeconds(engine, OURS);
    const plain = await destroySeconds(engine, PLAIN);
    process.stdout.write(`${table(figures(ours, plain))}\n`);
    process.exitCode = ours - DESTROY_S <= OVERHEAD_S ? 0 : 1;
}
