import assert from "node:assert/strict";

import { ungrouped } from "../../provider/stored/inputs.js";
import type { Engine } from "../../tools/engine/engine.js";
import { toProgram, UNORDERED } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import type { RunResult, StateResource } from "../support/engine.js";
import { diagnostics, succeeds, text } from "../support/engine-world.js";
import { inWorld } from "../support/in-world.js";
import { type FrontEnd, withEachFrontEnd } from "../support/scenarios.js";

/** All of it is managed by the stack. What is deleted with the teardown needs no detach. */
const MANAGED = toProgram(`
const data = new digitalocean.Volume("data", { name: "data", region, size: 10 });
const logs = new digitalocean.Volume("logs", { name: "logs", region, size: 10 });
const address = new digitalocean.ReservedIp("address", { region });
const web = new Droplet("web", {
    ...spec, volumeIds: [data.id], teardown: { policy: "destroy", keep: [logs.id, address.ipAddress] },
});
const dropletId = web.id.apply(Number);
const deletedWith = web.teardown;
new digitalocean.VolumeAttachment("logs", { dropletId, volumeId: logs.id }, { deletedWith });
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress: address.ipAddress }, { deletedWith });
exports.id = web.id;
`);

/** The ordinary patterns: what the stack attaches it detaches before the Droplet goes, and then deletes. */
const ATTACHED = toProgram(`
const web = new Droplet("web", { ...spec, teardown });
const dropletId = web.id.apply(Number);
const data = new digitalocean.Volume("data", { name: "data", region, size: 10 });
const address = new digitalocean.ReservedIp("address", { region });
new digitalocean.VolumeAttachment("data", { dropletId, volumeId: data.id });
new digitalocean.ReservedIpAssignment("address", { dropletId, ipAddress: address.ipAddress });
`);

/** Children of the Droplet, which use its id, and a component around another one. */
const CHILDREN = toProgram(`
const web = new Droplet("web", { ...spec, teardown });
const logs = new digitalocean.Volume("logs", { name: "logs", region, size: 10 }, { parent: web });
new digitalocean.VolumeAttachment("logs", { dropletId: web.id.apply(Number), volumeId: logs.id }, { parent: web });
class Shop extends pulumi.ComponentResource {
    constructor(name) {
        super("test:index:Shop", name);
        const opts = { parent: this, customTimeouts: { create: "5m", delete: "10m" }, ignoreChanges: ["userData"] };
        this.db = new Droplet(name, { ...spec, name: "db-1", userData: String(Math.random()), teardown }, opts);
    }
}
const shop = new Shop("shop");
`);

interface Child {
    readonly resources: StateResource[];
    readonly left: string[];
}

function tellChildren(engine: Engine, frontEnd: FrontEnd): Promise<Child> {
    return inWorld({ engine, ...frontEnd, program: CHILDREN, settings: UNORDERED }, async (world) => {
        await succeeds(world.project.up());
        await succeeds(world.project.up({ flags: ["--expect-no-changes"] }));
        const resources = await world.project.resources();
        await succeeds(world.project.destroy());
        return { resources, left: world.left() };
    });
}

interface Attached {
    readonly record: unknown;
    readonly expected: readonly string[];
    readonly destroyed: RunResult;
    readonly left: string[];
}

function tellAttached(engine: Engine, frontEnd: FrontEnd): Promise<Attached> {
    return inWorld({ engine, ...frontEnd, program: ATTACHED, settings: UNORDERED }, async (world) => {
        await succeeds(world.project.up());
        await succeeds(world.project.up({ flags: ["--expect-no-changes"] }));
        await succeeds(world.project.up({ refresh: true, flags: ["--expect-no-changes"] }));
        const { volumes, reservedIps } = world.simulator.state();
        const expected = [...volumes.map(({ id }) => id), ...reservedIps.map(({ address }) => address)];
        const record = await world.record();
        const destroyed = await succeeds(world.project.destroy());
        return { record: ungrouped(record?.inputs ?? {}).attached, expected, destroyed, left: world.left() };
    });
}

interface Managed {
    readonly previewed: RunResult;
    readonly volume: string;
    readonly destroyed: RunResult;
    readonly requests: string[];
    readonly foreign: string[];
    readonly deletes: string[];
    readonly left: string[];
    readonly resources: number;
}

function tellManaged(engine: Engine, frontEnd: FrontEnd): Promise<Managed> {
    return inWorld({ engine, ...frontEnd, program: MANAGED, settings: UNORDERED }, async (world) => {
        const { project, simulator } = world;
        const previewed = await succeeds(project.preview());
        await succeeds(project.up());
        const { volumes, reservedIps } = simulator.state();
        const data = volumes.find(({ name }) => name === "data");
        simulator.panel.takeSnapshot(world.dropletId(), "nightly");
        simulator.clearRequests();
        const destroyed = await succeeds(project.destroy());
        const own = new Set(world.ownRequests());
        return {
            previewed,
            volume: `data (${data?.id})`,
            destroyed,
            requests: world.destroyRequests(),
            foreign: simulator
                .requests()
                .filter((request) => !own.has(request))
                .map(({ method, path }) => `${method} ${path}`),
            deletes: [
                ...volumes.map(({ id }) => `DELETE /v2/volumes/${id}`),
                ...reservedIps.map(({ address }) => `DELETE /v2/reserved_ips/${address}`),
            ],
            left: world.left(),
            resources: (await project.resources()).length,
        };
    });
}

withEachFrontEnd("a Droplet among other resources of its stack", (suite, frontEnd) => {
    suite.timeout(120_000);
    const isComponent = frontEnd.names !== undefined;
    let managed: Managed;
    let attached: Attached;

    before(async function () {
        const engine = await engineFor(this);
        [managed, attached] = await Promise.all([
            tellManaged(engine, frontEnd),
            tellAttached(engine, frontEnd),
        ]);
    });

    it("previews while its own id and those of what it keeps are not known", () => {
        assert.match(managed.previewed.stdout, /DropletTeardown web create/);
        assert.ok(managed.previewed.stdout.includes(`+ ${isComponent ? 10 : 9} to create`));
    });

    it("goes away without an error, and nothing of the stack is left", () => {
        assert.deepEqual(managed.left, []);
        assert.equal(managed.resources, 0);
        assert.deepEqual(managed.requests, ["DELETE selective 202"]);
        assert.doesNotMatch(text(managed.destroyed), /error/i);
    });

    it("keeps what the stack manages for its own resource to delete", () => {
        const told = diagnostics(managed.destroyed);
        assert.ok(
            told.includes(
                `\n  keeps     volume       ${managed.volume}  $1.00/month  managed by its own resource\n`,
            ),
            told,
        );
        assert.match(managed.destroyed.stdout, /digitalocean:index:Volume data deleted/);
    });

    it("does not call accruing what a resource of the stack attaches and another one deletes", () => {
        // A component learns it when the attachment is made, which is after its record.
        assert.deepEqual(attached.record, isComponent ? undefined : attached.expected);
        assert.match(diagnostics(attached.destroyed), /No remaining cost found\./);
        assert.doesNotMatch(text(attached.destroyed), /Still accruing|left in place/);
        assert.deepEqual(attached.left, []);
    });

    it("makes the official provider send nothing but the deletes of volumes and address", () => {
        const { foreign, deletes } = managed;
        assert.deepEqual(foreign.filter((line) => !line.startsWith("GET ")).sort(), deletes.sort());
        assert.ok(!foreign.some((line) => /\/droplets|\/actions/.test(line)), foreign.join("\n"));
    });
});

withEachFrontEnd("a Droplet with children, and one in a component", (suite, frontEnd) => {
    suite.timeout(120_000);
    // The component is the parent, and not its Droplet.
    const isComponent = frontEnd.names !== undefined;
    const [above, droplet] = isComponent
        ? ["web", ""]
        : ["engine-test-dev", "digitalocean:index/droplet:Droplet$"];
    let children: Child;

    before(async function () {
        children = await tellChildren(await engineFor(this), frontEnd);
    });

    it("may be the parent of what uses its id, and the child of a component", () => {
        const parents = children.resources
            .filter(({ type }) => /^(?:digitalocean|pulumi-nodejs:dynamic)/.test(type))
            .map(
                ({ urn, parent }) => `${urn.split("::").slice(2).join(" ")} < ${parent?.split("::").at(-1)}`,
            );
        assert.deepEqual(
            parents.sort(),
            [
                `digitalocean:index/droplet:Droplet web < ${above}`,
                `${droplet}digitalocean:index/volume:Volume logs < web`,
                `${droplet}digitalocean:index/volumeAttachment:VolumeAttachment logs < web`,
                "digitalocean:index/droplet:Droplet$pulumi-nodejs:dynamic/droplet-teardown:DropletRecord web < web",
                `pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown web < ${above}`,
                "test:index:Shop$digitalocean:index/droplet:Droplet shop < shop",
                "test:index:Shop$digitalocean:index/droplet:Droplet$pulumi-nodejs:dynamic/droplet-teardown:DropletRecord shop < shop",
                "test:index:Shop$pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown shop < shop",
            ].sort(),
        );
        assert.deepEqual(children.left, []);
    });

    it("hands its timeout for deletes to the teardown", () => {
        const timeouts = children.resources
            .filter(({ type }) => type.endsWith(":DropletTeardown"))
            .map(({ urn, outputs }) => `${urn.split("::").at(-1)} ${String(outputs?.timeout)}`);
        assert.deepEqual(timeouts.sort(), ["shop 10m", "web 15m"]);
    });
});
