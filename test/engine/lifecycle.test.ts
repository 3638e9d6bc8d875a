import assert from "node:assert/strict";
import { homedir } from "node:os";

import { engineFor } from "../support/engine-available.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { block, diagnostics, EngineWorld, succeeds } from "../support/engine-world.js";

const program = (teardown: string): string => `
const { Droplet } = require("pulumi-droplet-teardown");
new Droplet("web", {
    name: "web-1", image: "ubuntu-24-04-x64", region: "nyc3", size: "s-1vcpu-1gb",
    teardown: ${teardown},
});
`;

describe("the life of a Droplet with a teardown", function () {
    this.timeout(60_000);
    let world: EngineWorld;
    let dropletId = 0;
    let volumeId = "";
    let address = "";

    before(async function () {
        const engine = await engineFor(this);
        world = await EngineWorld.open({
            engine,
            program: program(`{ policy: { default: "destroy", snapshots: "keep" } }`),
            settings: { destroyDurationMs: 7_500 },
        });
        await succeeds(world.project.up());
        dropletId = world.dropletId();
    });
    after(() => world.close());

    it("begins with a record of the Droplet, its team and the resolved policy in state", async () => {
        const { inputs, outputs } = (await world.teardown()) ?? {};
        const { recordedAt, resourceUrn } = outputs ?? {};
        const expected = {
            accountId: "701061959becabd4ac2f9db23d14bc180450b765",
            dropletId,
            inventory: [],
            keep: [],
            monthlyCost: "0.00",
            policy: {
                reservedIps: "destroy",
                snapshots: "keep",
                volumeSnapshots: "destroy",
                volumeSnapshotsOfKeptVolumes: "keep",
                volumes: "destroy",
            },
            predecessors: [],
            retries: 3,
            stateVersion: 1,
            timeout: "15m",
        };
        const recorded = Object.keys(expected).map((name) => [name, outputs?.[name]]);
        assert.deepEqual(Object.fromEntries(recorded), expected);
        assert.ok(!Number.isNaN(Date.parse(String(recordedAt))));
        assert.equal(resourceUrn, (await world.teardown())?.urn);
        assert.deepEqual(inputs?.policy, outputs?.policy);
    });

    it("stores a serialized provider of less than 3 KB without a path of this machine", async () => {
        const stored = String((await world.teardown())?.outputs?.__provider);
        assert.match(stored, /require\("pulumi-droplet-teardown\/provider"\)/);
        assert.ok(Buffer.byteLength(stored) < 3_000, `${Buffer.byteLength(stored)} bytes`);
        for (const folder of [REPOSITORY, world.project.folder, homedir()]) {
            assert.ok(!stored.includes(folder), folder);
        }
    });

    it("shows at refresh what belongs to the Droplet, with its monthly cost", async () => {
        const { panel } = world.simulator;
        const snapshot = panel.takeSnapshot(dropletId, "nightly");
        volumeId = panel.createVolume("pg-data").id;
        panel.attachVolume(volumeId, dropletId);
        address = panel.createReservedIp().id;
        panel.assignReservedIp(address, dropletId);

        const refreshed = await succeeds(world.project.refresh());

        assert.equal(
            diagnostics(refreshed),
            block(`
                droplet web-1 (${dropletId}), $6.00/month, with 3 associated resources, $6.15/month
                  reserved ip  ${address}                                      $5.00/month
                  snapshot     nightly (${snapshot.id})                             $0.15/month
                  volume       pg-data (${volumeId})  $1.00/month
            `),
        );
        const onTheRow = refreshed.stdout
            .split("\n")
            .filter((line) => line.includes("DropletTeardown web refreshing"));
        assert.match(onTheRow.join("\n"), /with 3 associated resources, \$6\.15\/month/);
        const { monthlyCost, inventory } = (await world.teardown())?.outputs ?? {};
        assert.equal(monthlyCost, "6.15");
        assert.equal((inventory as unknown[]).length, 3);
    });

    it("changes nothing in state at a refresh when nothing has changed", async () => {
        const before = (await world.teardown())?.outputs;
        await succeeds(world.project.refresh());
        assert.deepEqual((await world.teardown())?.outputs, before);
    });

    it("has nothing to update after a refresh", async () => {
        await succeeds(world.project.up({ flags: ["--expect-no-changes"] }));
    });

    it("takes changed arguments as an update, never as a replacement", async () => {
        await world.project.setProgram(program(`{ policy: "destroy", keep: ["pg-*"], retries: 1 }`));
        const updated = await succeeds(world.project.up());
        assert.match(
            updated.stdout,
            / ~ +pulumi-nodejs:dynamic\/droplet-teardown:DropletTeardown web updated/,
        );
        assert.match(updated.stdout, /Resources:\n {4}~ 1 updated\n {4}3 unchanged\n/);
        assert.equal(world.dropletId(), dropletId);
        const { keep, retries, policy } = (await world.teardown())?.outputs ?? {};
        assert.deepEqual({ keep, retries }, { keep: ["pg-*"], retries: 1 });
        assert.equal((policy as Record<string, unknown>).snapshots, "destroy");
    });

    it("ends with a destroy that says what will go, how far it is and what became of it", async () => {
        const destroyed = await succeeds(world.project.destroy());

        assert.equal(
            diagnostics(destroyed),
            block(`
                destroying droplet web-1 (${dropletId}), $6.00/month
                  destroys  reserved ip  ${address}                                      $5.00/month
                  destroys  snapshot     nightly (161000001)                             $0.15/month
                  keeps     volume       pg-data (${volumeId})  $1.00/month  keep: pg-*
                droplet web-1 (${dropletId}): destroyed
                  kept       volume  pg-data (${volumeId})  keep: pg-*  $1.00/month
                  destroyed  droplet, reserved ip ${address}, snapshot nightly
                1 attempt in Ns. Saved $11.15/month. Still accruing $1.00/month.
            `),
        );
        const row = destroyed.stdout
            .split("\n")
            .filter((line) => line.includes("DropletTeardown web deleting"));
        assert.match(row.join("\n"), /\d\/3 destroyed · waiting for (?:snapshot nightly|the droplet)/);
        const told = [
            "destroying droplet web-1",
            "destroy accepted",
            "/3 destroyed · waiting for",
            "): destroyed",
        ];
        const places = told.map((part) => row.findIndex((line) => line.includes(part)));
        assert.deepEqual(
            [...places].sort((a, b) => a - b),
            places,
            row.join("\n"),
        );
        assert.deepEqual(await world.project.resources(), []);
        assert.deepEqual(world.left(), ["volumes"]);
        assert.deepEqual(world.destroyRequests(), ["DELETE selective 202"]);
    });
});
