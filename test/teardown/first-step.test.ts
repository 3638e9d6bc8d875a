import assert from "node:assert/strict";
import { ungrouped } from "../../provider/stored/inputs.js";

import {
    TeardownWorld,
    TOKEN,
    type Everything,
    type Stored,
    type WorldOptions,
} from "../support/teardown-world.js";

const GONE_IN_THE_END = { left: [] as string[] };

/** A teardown whose policy takes everything, unless it is told otherwise. */
async function recorded(
    options: WorldOptions = {},
    args: Readonly<Record<string, unknown>> = {},
): Promise<{ world: TeardownWorld; droplet: Everything; stored: Stored }> {
    const world = new TeardownWorld(options);
    const droplet = world.dropletWithEverything();
    const stored = await world.create({ dropletId: droplet.id, policy: "destroy", ...args });
    return { world, droplet, stored };
}

describe("the first step of a delete in a new process", () => {
    it("submits the plan when the Droplet is there and no destroy is known", async () => {
        const { world, stored } = await recorded();
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), GONE_IN_THE_END.left);
    });

    it("attaches to a destroy that is running and submits nothing", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.panel.destroy(droplet.id);
        await world.delete(stored);
        assert.deepEqual(world.changes(), []);
        assert.deepEqual(world.left(), []);
    });

    for (const [when, laterMs] of [
        ["that it attached to", 0],
        ["that had ended before it", 60_000],
    ] as const) {
        it(`says what a destroy ${when} took although it was to stay`, async () => {
            const { world, droplet, stored } = await recorded(
                {},
                { policy: { default: "destroy", snapshots: "keep" }, keep: ["web-1-data"] },
            );
            world.simulator.panel.destroy(droplet.id);
            await world.pass(laterMs);
            await world.delete(stored);
            const report = world.announced().at(-1) ?? "";
            for (const taken of [
                "snapshot +nightly .* should have been kept \\(policy snapshots: keep\\)",
                "volume +web-1-data .* should have been kept \\(keep: web-1-data\\)",
            ]) {
                assert.match(report, new RegExp(`destroyed +${taken}; another request destroyed it`));
            }
            assert.deepEqual(world.changes(), []);
        });
    }

    it("submits a fresh destroy when the Droplet is there and an older one has failed", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.faults.failItem(droplet.snapshot);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });

    it("submits the plan when the Droplet is there and what failed is to be kept", async () => {
        const { world, droplet, stored } = await recorded({}, { keep: ["nightly"] });
        world.simulator.faults.failItem(droplet.snapshot);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), ["snapshot"]);
    });

    it("submits the plan when an older destroy left the Droplet without a failure", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.faults.add({
            match: { method: "GET", path: "*/status" },
            do: {
                kind: "answer",
                status: 200,
                body: {
                    droplet: { id: String(droplet.id) },
                    completed_at: "2025-06-01T10:00:00Z",
                    failures: 0,
                },
            },
        });
        await world.delete(stored);
        assert.deepEqual(world.changes(), ["DELETE selective 202"]);
        assert.deepEqual(world.left(), []);
    });

    it("waits for a destroy that still runs although the Droplet is gone", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.panel.destroy(droplet.id);
        await world.pass(1_000);
        world.simulator.panel.deleteDroplet(droplet.id);
        const startedAtMs = world.clock.now();
        await world.delete(stored);
        assert.ok(world.clock.now() - startedAtMs >= 3_000);
        assert.deepEqual(world.changes(), []);
        assert.deepEqual(world.left(), []);
    });

    it("is done when the Droplet is gone and its destroy was completed without a failure", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), []);
        assert.match(world.announced().at(-1) ?? "", /^droplet web-1 \(412000001\): destroyed\n/);
    });

    it("deletes by itself what an older destroy failed in when the Droplet is gone", async () => {
        const { world, droplet, stored } = await recorded({ settings: { dropletSurvivesFailure: false } });
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        assert.deepEqual(world.left(), ["volume"]);
        await world.delete(stored);
        assert.deepEqual(world.changes(), [`DELETE ${droplet.volume} 204`]);
        assert.deepEqual(world.left(), []);
    });

    it("is done when the Droplet is gone and only what is to be kept has failed", async () => {
        const { world, droplet, stored } = await recorded(
            { settings: { dropletSurvivesFailure: false } },
            { keep: ["web-1-data"] },
        );
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), []);
        assert.deepEqual(world.left(), ["volume"]);
    });

    it("deletes what is to go, and nothing else, when what is to be kept has failed as well", async () => {
        const { world, droplet, stored } = await recorded(
            { settings: { dropletSurvivesFailure: false } },
            { keep: ["web-1-data"] },
        );
        world.simulator.faults.failItem(droplet.volume);
        world.simulator.faults.failItem(droplet.snapshot);
        world.simulator.panel.destroy(droplet.id);
        await world.pass(10_000);
        await world.delete(stored);
        assert.deepEqual(world.changes(), [`DELETE ${droplet.snapshot} 204`]);
        assert.deepEqual(world.left(), ["volume"]);
    });

    it("is done when the Droplet went by other means, and its snapshots follow the policy", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.panel.deleteDroplet(droplet.id);
        await world.delete(stored);
        assert.deepEqual(world.changes(), [`DELETE ${droplet.snapshot} 204`]);
        assert.deepEqual(world.left(), ["reserved_ip", "volume", "volume_snapshot"]);
        assert.equal(
            world.announced().at(-1),
            [
                `droplet ${droplet.id}: already gone`,
                `  kept       reserved ip      ${droplet.address}                                         left in place: no longer attached to anything  $5.00/month`,
                `  kept       volume           web-1-data (${droplet.volume})  left in place: no longer attached to anything  $1.00/month`,
                `  kept       volume snapshot  before (${droplet.volumeSnapshot})      left in place: no longer attached to anything  $0.60/month`,
                "  destroyed  snapshot nightly",
                "  could not be read: reserved ips, volumes, volume snapshots (not in the total)",
                "Saved $0.15/month. Still accruing at least $6.60/month.\nNot looked at: backups (they go with the droplet), reserved IPv6 addresses, DNS records.",
                `To delete what was left in place: \`doctl compute reserved-ip delete ${droplet.address}\`, \`doctl compute volume delete ${droplet.volume}\`, \`doctl compute snapshot delete ${droplet.volumeSnapshot}\`.`,
            ].join("\n"),
        );
    });
});

describe("a Droplet that is nowhere to be seen", () => {
    const other = { [`dop_v1_${"9".repeat(64)}`]: { team: "other" } };
    const otherConfig = { "digitalocean:token": `dop_v1_${"9".repeat(64)}` };

    it("is not believed to be gone with the token of another team", async () => {
        const { world, stored } = await recorded();
        world.simulator.setToken(Object.keys(other)[0] ?? "", { team: "other" });
        const message = await world.failedDelete(stored, { config: otherConfig });
        assert.match(
            message,
            /the token belongs to another team \([0-9a-f]{40}\) than the one that the droplet was recorded in \(701061959becabd4ac2f9db23d14bc180450b765\)/,
        );
        assert.match(message, /pulumi state delete 'urn:pulumi:dev::app::/);
        assert.deepEqual(world.changes(), []);
    });

    it("is not believed to be gone when the account cannot be read", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.setToken(otherConfig["digitalocean:token"], {
            scopes: ["droplet:read", "droplet:delete"],
        });
        world.simulator.panel.deleteDroplet(droplet.id);
        const message = await world.failedDelete(stored, { config: otherConfig });
        assert.equal(
            message,
            [
                "droplet 412000001: DigitalOcean answers 404, and the token cannot tell its team (scope account:read), so it may be the token of another team",
                "  unknown    reserved ip      198.19.0.1                                         not looked at  $5.00/month",
                "  unknown    snapshot         nightly (161000001)                                not looked at  $0.15/month",
                `  unknown    volume           web-1-data (${droplet.volume})  not looked at  $1.00/month`,
                `  unknown    volume snapshot  before (${droplet.volumeSnapshot})      not looked at  $0.60/month`,
                "  could not be read: reserved ips, snapshots, volumes, volume snapshots (not in the total)",
                "Still accruing at least $6.75/month.",
                "Use a token of the right team with the scope account:read and run `pulumi destroy` again,",
                `or, if you know that no droplet of this teardown is left, \`pulumi state delete '${String(ungrouped(stored).resourceUrn)}'\` to forget it.`,
                "Code: scope-missing",
            ].join("\n"),
        );
    });

    it("is not believed to be gone when no account was recorded to compare with", async () => {
        const { world, droplet, stored } = await recorded();
        world.simulator.panel.deleteDroplet(droplet.id);
        const message = await world.failedDelete({ ...stored, accountId: "" });
        assert.match(message, /no account was recorded to compare with/);
    });

    for (const [what, options, scopes] of [
        ["the snapshots cannot be read", {}, ["droplet:read", "droplet:delete", "account:read"]],
        ["DROPLET_TEARDOWN_KEEP has a typing mistake", { env: { DROPLET_TEARDOWN_KEEP: "typo" } }, undefined],
    ] as const) {
        it(`is not advised to be forgotten where ${what}`, async () => {
            const { world, droplet, stored } = await recorded();
            world.simulator.panel.deleteDroplet(droplet.id);
            world.simulator.setToken(TOKEN, scopes === undefined ? {} : { scopes });
            const message = await world.failedDelete(stored, options);
            assert.doesNotMatch(message, /state delete|right team/);
            assert.match(message, /^Fix that, then run `pulumi destroy` again/m);
        });
    }
});
