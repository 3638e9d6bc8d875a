import assert from "node:assert/strict";
import { once } from "node:events";

import type { Simulator } from "../../simulator/index.js";
import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "../support/engine-available.js";
import { EngineProject, type RunResult } from "../support/engine.js";
import { leaveToCi } from "../support/scenarios.js";
import { servedFolder } from "../support/served-folder.js";

const EVERY_TYPE = `
const digitalocean = require("@pulumi/digitalocean");
const region = "nyc3";
const tag = new digitalocean.Tag("blue", { name: "blue" });
const data = new digitalocean.Volume("data", { region, size: 10 });
const logs = new digitalocean.Volume("logs", { region, size: 20 });
const address = new digitalocean.ReservedIp("address", { region });
const web = new digitalocean.Droplet("web", {
    image: "ubuntu-24-04-x64", region, size: "s-1vcpu-1gb", name: "web-1", tags: [tag.id],
});
const dropletId = web.id.apply(Number);
// One after the other: a Droplet takes one action at a time.
const logsOnWeb = new digitalocean.VolumeAttachment("logs", { dropletId, volumeId: logs.id });
const addressOfWeb = new digitalocean.ReservedIpAssignment(
    "address", { dropletId, ipAddress: address.ipAddress }, { dependsOn: logsOnWeb },
);
new digitalocean.DropletSnapshot("nightly", { dropletId: web.id, name: "nightly" }, { dependsOn: addressOfWeb });
new digitalocean.VolumeSnapshot("weekly", { volumeId: data.id, name: "weekly" });
new digitalocean.Firewall("front", {
    dropletIds: [dropletId],
    inboundRules: [{ protocol: "tcp", portRange: "443", sourceAddresses: ["0.0.0.0/0"] }],
});
exports.dropletId = web.id;
`;

const SLOW_TO_DELETE = `
const pulumi = require("@pulumi/pulumi");
const provider = {
    create: () => Promise.resolve({ id: "1", outs: {} }),
    delete: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
};
class Slow extends pulumi.dynamic.Resource {
    constructor(name) {
        super(provider, name, {});
    }
}
new Slow("slow");
`;

describe("a stack of official resources on a real engine", function () {
    this.timeout(120_000);
    let engine: Engine;
    const settings = { bootMs: 300, deleteDelayMs: 300, actionMs: 100, destroyDurationMs: 500 };
    const { simulator, url } = servedFolder(settings);
    let project: EngineProject;

    before(async function () {
        engine = await engineFor(this);
    });
    beforeEach(async () => {
        const options = { engine, simulatorUrl: url(), token: `dop_v1_${"0".repeat(64)}` };
        project = await EngineProject.create({ ...options, program: EVERY_TYPE });
    });
    afterEach(() => project.cleanup());

    it("comes up, is the same after a refresh, and goes away completely", async () => {
        await succeeds("up", project.up());
        assert.equal(simulator.state().droplets.length, 1);
        await succeeds("up again", project.up({ refresh: true, flags: ["--expect-no-changes"] }));
        await succeeds("destroy", project.destroy());
        assert.deepEqual(await project.resources(), []);
        assert.deepEqual(await project.leftovers(), []);
        assert.equal(isEmpty(simulator), true, JSON.stringify(simulator.state()));
    });

    it("leaves nothing running once a killed engine's project is cleaned up", async function () {
        leaveToCi(this, "it is about these tests themselves");
        await project.setProgram(SLOW_TO_DELETE);
        await succeeds("up", project.up());
        const run = project.start("destroy");
        while (!run.output().includes("slow deleting")) {
            await once(run.process.stdout ?? run.process, "data");
        }
        run.process.kill("SIGKILL");
        assert.equal((await run.result).code, null);
        await project.cleanup();
        assert.deepEqual(await project.leftovers(), []);
    });
});

async function succeeds(what: string, running: Promise<RunResult>): Promise<RunResult> {
    const result = await running;
    assert.equal(result.code, 0, `${what}:\n${result.stdout}${result.stderr}`);
    console.log(`      ${what}: ${(result.durationMs / 1_000).toFixed(1)} s`);
    return result;
}

function isEmpty(simulator: Simulator): boolean {
    return Object.values(simulator.state()).every((value) => !Array.isArray(value) || value.length === 0);
}
