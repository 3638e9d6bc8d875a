import assert from "node:assert/strict";
import { homedir } from "node:os";

import { ungrouped } from "../../provider/stored/inputs.js";
import { STATE_VERSION } from "../../provider/stored/state.js";
import { toProgram } from "../support/droplet-program.js";
import { engineFor } from "../support/engine-available.js";
import type { StateResource } from "../support/engine.js";
import { REPOSITORY } from "../support/engine-project-files.js";
import { block, diagnostics, EngineWorld, succeeds } from "../support/engine-world.js";
import { tagNames } from "../support/forgotten.js";
import { previewed } from "../support/previewed.js";
import { withEachFrontEnd } from "../support/scenarios.js";

const program = (teardown: string): string =>
    toProgram(`new Droplet("web", { ...spec, teardown: ${teardown} });`);

const POLICY = {
    reservedIps: "destroy",
    snapshots: "keep",
    volumeSnapshots: "destroy",
    volumeSnapshotsOfKeptVolumes: "keep",
    volumes: "destroy",
};

function assertOutputs(outputs: StateResource["outputs"], expected: Readonly<Record<string, unknown>>): void {
    const all = ungrouped(outputs ?? {});
    const found = Object.keys(expected).map((name) => [name, all[name]]);
    assert.deepEqual(Object.fromEntries(found), expected);
}

withEachFrontEnd("the life of a Droplet with a teardown", (suite, frontEnd) => {
    suite.timeout(60_000);
    const isComponent = frontEnd.names !== undefined;
    let world: EngineWorld;
    /** Where the suite is left out, there is nothing to close. */
    let close = (): Promise<void> => Promise.resolve();
    let dropletId = 0;
    let volumeId = "";
    let address = "";

    before(async function () {
        const engine = await engineFor(this);
        world = await EngineWorld.open({
            ...{ engine, ...frontEnd },
            program: program(`{ policy: { default: "destroy", snapshots: "keep" } }`),
            settings: { destroyDurationMs: 7_500 },
        });
        close = () => world.close();
        await succeeds(world.project.up());
        dropletId = world.dropletId();
    });
    after(() => close());

    /** The engine tells the plugin with each call, so its state has none. */
    const ownUrn = (urn = ""): object => ({ resourceUrn: isComponent ? undefined : urn });

    it("begins with a tag, the team and the resolved policy in the state of the teardown", async () => {
        const { inputs, outputs, urn } = (await world.teardown()) ?? {};
        assert.match(String(outputs?.tag), /^teardown-[0-9a-f]{16}$/);
        assertOutputs(outputs, {
            accountId: "701061959becabd4ac2f9db23d14bc180450b765",
            dropletId: undefined,
            enabled: true,
            inventory: undefined,
            keep: [],
            policy: POLICY,
            dropletName: "web-1",
            resourceName: "web",
            ...ownUrn(urn),
            stackTag: "teardown:engine-test:dev",
            retries: 3,
            stateVersion: STATE_VERSION,
            timeout: "15m",
        });
        assert.deepEqual(inputs?.policy, outputs?.policy);
    });

    it("and with the Droplet, the same tag and what belongs to it in the state of the record", async () => {
        const { outputs, urn } = (await world.record()) ?? {};
        assertOutputs(outputs, {
            accountId: "701061959becabd4ac2f9db23d14bc180450b765",
            dropletId,
            inventory: [],
            monthlyCost: "0.00",
            policy: POLICY,
            predecessors: [],
            leftBehind: [],
            ...ownUrn(urn),
            stateVersion: STATE_VERSION,
            tag: (await world.teardown())?.outputs?.tag,
        });
        assert.ok(!Number.isNaN(Date.parse(String(outputs?.recordedAt))));
        assert.deepEqual(tagNames(world).sort(), [
            outputs?.tag,
            `${String(outputs?.tag)}:${dropletId}`,
            "teardown:engine-test:dev",
        ]);
    });

    it("stores a serialized provider of less than 3 KB without a path of this machine", async function () {
        if (isComponent) {
            // It is the engine that starts the plugin.
            this.skip();
        }
        for (const resource of [await world.teardown(), await world.record()]) {
            const stored = String(resource?.outputs?.__provider);
            assert.match(stored, /require\(\["pulumi-droplet-teardown", "provider"\]\.join/);
            assert.ok(Buffer.byteLength(stored) < 3_000, `${Buffer.byteLength(stored)} bytes`);
            for (const folder of [REPOSITORY, world.project.folder, homedir()]) {
                assert.ok(!stored.includes(folder), folder);
            }
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
            diagnostics(refreshed, "DropletRecord"),
            block(`
                droplet web-1 (${dropletId}), $6.00/month, with 3 associated resources, $6.15/month; a destroy would save $12.00/month and keep $0.15/month
                  would destroy  reserved ip  ${address}                                      $5.00/month
                  would destroy  volume       pg-data (${volumeId})  $1.00/month
                  would keep     snapshot     nightly (${snapshot.id})                             $0.15/month  policy snapshots: keep
            `),
        );
        const onTheRow = refreshed.stdout
            .split("\n")
            .filter((line) => line.includes("DropletRecord web refreshing"));
        assert.match(onTheRow.join("\n"), /with 3 associated resources, \$6\.15\/month/);
        const { monthlyCost, inventory } = (await world.record())?.outputs ?? {};
        assert.equal(monthlyCost, "6.15");
        assert.equal((inventory as unknown[]).length, 3);
    });

    it("shows the same in the preview of a destroy that refreshes, and nothing in one that does not", async () => {
        const flags = ["--preview-only"];
        const preview = (more: readonly string[]) =>
            succeeds(world.project.run(["destroy", "--stack", "dev", ...flags, ...more]).result);
        world.simulator.clearRequests();
        assert.doesNotMatch((await preview([])).stdout, /would destroy/);
        assert.deepEqual(world.ownRequests(), []);
        assert.match(
            diagnostics(await preview(["--refresh"]), "DropletRecord"),
            /a destroy would save \$12\.00\/month and keep \$0\.15\/month\n {2}would destroy {2}reserved ip/,
        );
        assert.deepEqual(world.destroyRequests(), []);
    });

    it("has nothing to update after another refresh, which changes nothing in state", async () => {
        const outputs = async () => [(await world.teardown())?.outputs, (await world.record())?.outputs];
        const before = await outputs();
        await succeeds(world.project.up({ refresh: true, flags: ["--expect-no-changes"] }));
        assert.deepEqual(await outputs(), before);
    });

    it("takes changed arguments as an update, never as a replacement", async () => {
        await world.project.setProgram(program(`{ policy: "destroy", keep: ["pg-*"], retries: 1 }`));
        assert.deepEqual(await previewed(world), [
            "update pulumi-nodejs:dynamic/droplet-teardown:DropletRecord",
            "update pulumi-nodejs:dynamic/droplet-teardown:DropletTeardown",
        ]);
        const tags = tagNames(world);
        const updated = await succeeds(world.project.up());
        assert.match(updated.stdout, /DropletTeardown web updated .*\[diff: ~keep,policy,retries\]/);
        assert.match(updated.stdout, /DropletRecord web updated .*\[diff: ~keep,policy\]/);
        assert.match(
            updated.stdout,
            new RegExp(`Resources:\n {4}~ 2 updated\n {4}${isComponent ? 3 : 2} unchanged\n`),
        );
        assert.equal(world.dropletId(), dropletId);
        const policy = { ...POLICY, snapshots: "destroy" };
        assertOutputs((await world.teardown())?.outputs, { keep: ["pg-*"], policy, retries: 1 });
        assertOutputs((await world.record())?.outputs, { keep: ["pg-*"], policy });
        assert.deepEqual(tagNames(world), tags);
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
                Not looked at: backups (they go with the droplet), reserved IPv6 addresses, DNS records.
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
