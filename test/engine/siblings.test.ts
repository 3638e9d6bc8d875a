import assert from "node:assert/strict";

import type { Engine } from "../../tools/engine/engine.js";
import { engineFor } from "../support/engine-available.js";
import type { RunResult } from "../support/engine.js";
import { diagnostics, inWorld, succeeds, text } from "../support/engine-world.js";

/** All of it is managed by the stack. */
const MANAGED = `
const digitalocean = require("@pulumi/digitalocean");
const { Droplet } = require("pulumi-droplet-teardown");
const region = "nyc3";
const data = new digitalocean.Volume("data", { region, size: 10 });
const logs = new digitalocean.Volume("logs", { region, size: 10 });
const address = new digitalocean.ReservedIp("address", { region });
const web = new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region, size: "s-1vcpu-1gb",
    volumeIds: [data.id],
    teardown: { policy: "destroy", keep: [logs.id, address.ipAddress] },
});
const dropletId = web.id.apply(Number);
const attachment = new digitalocean.VolumeAttachment("logs", { dropletId, volumeId: logs.id });
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress: address.ipAddress }, { dependsOn: attachment });
new digitalocean.Firewall("front", {
    dropletIds: [dropletId],
    inboundRules: [{ protocol: "tcp", portRange: "443", sourceAddresses: ["0.0.0.0/0"] }],
});
exports.id = web.id;
`;

interface Managed {
    readonly previewed: RunResult;
    readonly dropletId: number;
    readonly volume: string;
    readonly destroyed: RunResult;
    readonly requests: string[];
    readonly left: string[];
    readonly resources: number;
}

function tellManaged(engine: Engine): Promise<Managed> {
    return inWorld({ engine, program: MANAGED }, async (world) => {
        const { project, simulator } = world;
        const previewed = await succeeds(project.preview());
        await succeeds(project.up());
        await succeeds(project.up({ flags: ["--expect-no-changes"] }));
        const dropletId = world.dropletId();
        const volumes = simulator.state().volumes;
        const data = volumes.find(({ name }) => name.startsWith("data-"));
        const volume = `${data?.name} (${data?.id})`;
        simulator.panel.takeSnapshot(dropletId, "nightly");
        const destroyed = await succeeds(project.destroy());
        const resources = (await project.resources()).length;
        return {
            previewed,
            dropletId,
            volume,
            destroyed,
            requests: world.destroyRequests(),
            left: world.left(),
            resources,
        };
    });
}

/** What uses `web.id` and has the component as its parent waits for a part of its own parent. */
const CHILD = `
const digitalocean = require("@pulumi/digitalocean");
const { Droplet } = require("pulumi-droplet-teardown");
const web = new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb",
    teardown: { policy: "destroy" },
});
const logs = new digitalocean.Volume("logs", { region: "nyc3", size: 10 }, { parent: web });
new digitalocean.VolumeAttachment("logs", { dropletId: web.id.apply(Number), volumeId: logs.id }, { parent: web });
`;

interface Child {
    readonly up: RunResult;
    readonly destroyed: RunResult;
    readonly left: string[];
}

function tellChild(engine: Engine): Promise<Child> {
    return inWorld({ engine, program: CHILD }, async (world) => {
        const up = await succeeds(world.project.up());
        const destroyed = await succeeds(world.project.destroy());
        return { up, destroyed, left: world.left() };
    });
}

describe("a Droplet among other resources of its stack", function () {
    this.timeout(60_000);
    let managed: Managed;
    let child: Child;

    before(async function () {
        const engine = await engineFor(this);
        [managed, child] = await Promise.all([tellManaged(engine), tellChild(engine)]);
    });

    it("previews while its own id and those of what it keeps are not known", () => {
        assert.match(managed.previewed.stdout, /DropletTeardown web create/);
        assert.match(managed.previewed.stdout, /\+ 10 to create/);
    });

    it("goes away without an error, and nothing of the stack is left", () => {
        assert.deepEqual(managed.left, []);
        assert.equal(managed.resources, 0);
        assert.deepEqual(managed.requests, ["DELETE selective 202"]);
        assert.doesNotMatch(text(managed.destroyed), /error/i);
    });

    it("keeps what the stack manages for its own resource to delete", () => {
        const told = diagnostics(managed.destroyed);
        assert.ok(told.includes(`\n  keeps     volume    ${managed.volume}  $1.00/month  managed\n`), told);
        assert.ok(told.includes(`\n  kept       volume  ${managed.volume}  managed  $1.00/month\n`), told);
        assert.match(managed.destroyed.stdout, /digitalocean:index:Volume data deleted/);
    });

    it("may be the parent of what uses its id", () => {
        assert.match(child.up.stdout, /\+ 6 created/);
        assert.deepEqual(child.left, []);
    });
});
